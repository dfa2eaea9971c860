"""`crosstrial watch`: live progress of an experiment that a controller drives."""

from __future__ import annotations

import typer

from crosstrial.cli.follow import follow
from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.stores import open_session


def watch(name: Name, *, where: WhereOption = None) -> None:
    """Show an experiment's progress until it ends.

    A store that does not answer is waited for; after five minutes of silence this exits 4.
    """
    with open_session(where) as session:
        raise typer.Exit(follow(session, name))
