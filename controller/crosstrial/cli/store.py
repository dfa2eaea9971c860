"""`crosstrial store init`: make a store ready before anybody uses it."""

from __future__ import annotations

import typer

from crosstrial.cli.errors import without_passwords
from crosstrial.cli.options import StoreOption
from crosstrial.cli.stores import open_session

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def store() -> None:
    """Prepare a store."""


@app.command()
def init(*, store: StoreOption = None) -> None:
    """Make the indexes and write the schema version; safe to repeat."""
    with open_session(store) as session:
        session.client.store.init()
    typer.echo(f"ready: {without_passwords(store) if store else 'the state folder'}")
