"""`crosstrial delete`: remove an experiment with all that is kept of it."""

from __future__ import annotations

import sys
from functools import partial
from typing import Annotated

import typer

from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.stores import open_session
from crosstrial.client.session import Session
from crosstrial.spec.errors import InvalidError


def delete(
    name: Name,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Don't ask.")] = False,
    where: WhereOption = None,
) -> None:
    """Remove an experiment and all its results.

    Its name is then free; data sets stay in the store.
    """
    with open_session(where) as session:
        status = session.client.status(name)
        if not yes:
            _ask(name, status.ended)
        session.client.delete(name)
        session.bring_to_rest(status.record.uid, partial(typer.echo, err=True))
        gone = _is_gone(session, status.record.uid)
    typer.echo(f"{name} is deleted" if gone else f"{name} is being deleted by its controller")


def _ask(name: str, ended: int) -> None:
    if not sys.stdin.isatty():
        raise InvalidError("deleting asks first, and there is no terminal to ask on", "add --yes")
    typer.confirm(f"Delete experiment {name} and its {ended} outcomes?", abort=True)


def _is_gone(session: Session, uid: str) -> bool:
    return all(record.uid != uid for record in session.client.experiments())
