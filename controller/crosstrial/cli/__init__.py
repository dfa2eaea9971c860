"""The command line: typer commands, one a file, without logic.

`main` assembles them, `stores` chooses the store, `errors` is the one boundary where errors
become messages and exit codes, `render` turns values into text.
"""
