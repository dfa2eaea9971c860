"""`crosstrial logs`: what a batch has printed, live or as kept when it was settled."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from crosstrial.cli.options import StoreOption
from crosstrial.cli.render.text import printable
from crosstrial.cli.stores import Session, open_session
from crosstrial.domain.batch import BatchState

POLL_SECONDS = 0.5


def logs(
    what: Annotated[
        str, typer.Argument(metavar="TRIAL_OR_BATCH", help="The id of a trial or a batch.")
    ],
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the batch has ended.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Print what a batch, or a trial's batch, has printed.

    Of a trial that failed, its message is printed first.
    """
    with open_session(store) as session:
        batch_id = what
        if ":" in what:
            outcome = session.client.trial(what)
            batch_id = outcome.batch
            _print_message(outcome.message)
        _print_log(session, batch_id, follow=follow)


def _print_message(message: str | None) -> None:
    if message is not None:
        typer.echo(printable(message))


def _print_log(session: Session, batch_id: str, *, follow: bool) -> None:
    printed = 0
    while True:
        batch = session.client.batch(batch_id)
        text = session.log(batch)
        # A log that was cut meanwhile is shorter than what was printed of it.
        fresh = text[printed:] if len(text) >= printed else ""
        typer.echo(printable(fresh), nl=False)
        printed = max(printed, len(text))
        if not follow or batch.state is BatchState.SETTLED:
            break
        time.sleep(POLL_SECONDS)
    if not printed:
        typer.echo(f"batch {batch_id} is {batch.state}; nothing that it printed is kept", err=True)
