"""`crosstrial wait`: for scripts; returns when an experiment ends."""

from __future__ import annotations

import time
from functools import partial
from typing import Annotated

import typer

from crosstrial.cli.errors import TIMED_OUT
from crosstrial.cli.follow import exit_code
from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.stores import open_session
from crosstrial.client.status import ExperimentStatus
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.quantities import seconds


def _timeout(text: str) -> float:
    """Return the seconds of `2h`, `1h30m`, `90s` or plain seconds."""
    try:
        return seconds(text.strip())
    except InvalidError as error:
        raise typer.BadParameter(str(error)) from error


def wait(
    name: Name,
    *,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", parser=_timeout, metavar="DURATION", help="Give up, such as after 2h."
        ),
    ] = None,
    where: WhereOption = None,
) -> None:
    """Return when an experiment ends.

    Exits 0 when it completed, 1 when it ended otherwise, 124 when the timeout passed first, 4 when
    the store has not answered for five minutes.
    """
    deadline = None if timeout is None else time.monotonic() + timeout
    last: ExperimentStatus | None = None
    with open_session(where) as session:
        for last in session.follow(name, partial(typer.echo, err=True)):
            if last.record.state.ended:
                break
            if deadline is not None and time.monotonic() >= deadline:
                typer.echo(f"{name} has not ended within {timeout:g} s", err=True)
                raise typer.Exit(TIMED_OUT)
        code = exit_code(session, name, last)
    if code == 0:
        typer.echo(f"{name} completed")
    raise typer.Exit(code)
