"""`crosstrial logs`: what a batch has printed, live or as kept when it was settled."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from crosstrial.cli.options import WhereOption
from crosstrial.cli.render.text import printable
from crosstrial.cli.stores import open_session
from crosstrial.client.session import Session
from crosstrial.domain.batch import BatchState
from crosstrial.domain.outcome import Outcome

POLL_SECONDS = 0.5


def logs(
    what: Annotated[
        str, typer.Argument(metavar="TRIAL_OR_BATCH", help="The id of a trial or a batch.")
    ],
    *,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until the batch has ended.")
    ] = False,
    where: WhereOption = None,
) -> None:
    """Print what a batch, or a trial's batch, has printed.

    Of a trial that failed, its message is printed first.
    """
    with open_session(where) as session:
        batch_id = what
        if ":" in what:
            trial = session.client.batch_of_trial(what)
            batch_id = trial.batch or what
            _print_message(trial.outcome)
        _print_log(session, batch_id, follow=follow)


def _print_message(outcome: Outcome | None) -> None:
    if outcome is not None and outcome.message is not None:
        typer.echo(printable(outcome.message))


def _print_log(session: Session, batch_id: str, *, follow: bool) -> None:
    printed = 0
    while True:
        batch = session.client.batch(batch_id)
        fresh = session.log_beyond(batch, printed) if follow else [session.log(batch)]
        for text in fresh:
            typer.echo(printable(text), nl=False)
            printed += len(text)
        if not follow or batch.state is BatchState.SETTLED:
            break
        time.sleep(POLL_SECONDS)
    if not printed:
        typer.echo(f"batch {batch_id} is {batch.state}; nothing that it printed is kept", err=True)
