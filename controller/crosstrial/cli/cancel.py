"""`crosstrial cancel`: end an experiment now."""

from __future__ import annotations

from functools import partial

import typer

from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.stores import open_session


def cancel(name: Name, *, where: WhereOption = None) -> None:
    """End an experiment now; its results stay."""
    with open_session(where) as session:
        record = session.client.cancel(name)
        session.bring_to_rest(record.uid, partial(typer.echo, err=True))
    typer.echo(f"{name} is cancelled; crosstrial results {name} has what ended before")
