"""What a user does: submit experiments, follow them, read their results.

`client` and `handle` are the public Python API, `crosstrial.Client`. `session` opens a place and
`store_client` works on its store by names: the command line is a thin layer over these two.
"""
