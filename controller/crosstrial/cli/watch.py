"""`crosstrial watch`: live progress of an experiment that a controller drives."""

from __future__ import annotations

import typer

from crosstrial.cli.follow import follow
from crosstrial.cli.options import Name, StoreOption
from crosstrial.cli.stores import open_session


def watch(name: Name, *, store: StoreOption = None) -> None:
    """Show an experiment's progress until it ends."""
    with open_session(store) as session:
        raise typer.Exit(follow(session, name))
