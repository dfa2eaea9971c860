"""`crosstrial pause` and `resume`: hold an experiment, and go on."""

from __future__ import annotations

import typer

from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.stores import open_session


def pause(name: Name, *, where: WhereOption = None) -> None:
    """Plan no new batches; running ones finish."""
    with open_session(where) as session:
        session.client.pause(name)
    typer.echo(f"{name} is paused; crosstrial resume {name} goes on")


def resume(name: Name, *, where: WhereOption = None) -> None:
    """Go on after a pause."""
    with open_session(where) as session:
        session.client.resume(name)
        driven = session.controller_runs
    hint = "; no controller is running: crosstrial run FILE goes on" if driven is False else ""
    typer.echo(f"{name} is active{hint}")
