"""`crosstrial store init`: make a store ready before anybody uses it."""

from __future__ import annotations

import typer

from crosstrial.cli.options import WhereOption
from crosstrial.cli.stores import open_session
from crosstrial.client.session import Session
from crosstrial.client.where import Where
from crosstrial.spec.addresses import shown_address

app = typer.Typer(add_completion=False, rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def store() -> None:
    """Prepare a store."""


@app.command()
def init(*, where: WhereOption = None) -> None:
    """Make the indexes and write the schema version; safe to repeat."""
    with open_session(where) as session:
        session.client.store.init()
        typer.echo(f"ready: {_told(where, session)}")


def _told(where: Where | None, session: Session) -> str:
    if session.namespace is not None:
        return f"the store in namespace {session.namespace}"
    if where is None or where.uri is None:
        return "the state folder"
    return shown_address(where.uri)
