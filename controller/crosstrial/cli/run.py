"""`crosstrial run`: everything on this machine, from the document to the comparison."""

from __future__ import annotations

from typing import Annotated

import typer

from crosstrial.cli.errors import FAILED
from crosstrial.cli.interrupts import Interruption, interruptible
from crosstrial.cli.options import File, StoreOption
from crosstrial.cli.render.report import show_report
from crosstrial.cli.render.status import progress_view
from crosstrial.cli.render.submission import resolving, submission_text
from crosstrial.cli.stores import local_mode
from crosstrial.client.local import LocalMode
from crosstrial.client.progress import Progress, shown_progress
from crosstrial.client.status import ExperimentStatus
from crosstrial.domain.experiment import ExperimentState
from crosstrial.spec.load import read_document


def run(
    file: File,
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Extend the registered experiment.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Run an experiment on this machine and print its comparison.

    Needs no cluster and no database: what it keeps is in ./.crosstrial (or $CROSSTRIAL_HOME).
    Run again, it goes on where it stopped; Ctrl-C stops it, twice at once.
    """
    document = read_document(file)
    with local_mode(store) as local:
        with resolving() as progress:
            submission = local.client.submit(
                document, folder=file.resolve().parent, update=update, progress=progress
            )
        typer.echo(submission_text(submission))
        name = submission.experiment.name
        status = local.client.status(name)
        if _at_rest(status):
            typer.echo(f"nothing is left to do: {name} is {status.record.state}")
        else:
            status = _drive(local, name, status)
        if status.record.state is not ExperimentState.DELETING:
            show_report(local.client, name)
    _end(status)


def _at_rest(status: ExperimentStatus) -> bool:
    return status.record.state.ended and not status.live_batches


def _drive(local: LocalMode, name: str, status: ExperimentStatus) -> ExperimentStatus:
    """Drive the experiment to its end, or to its pause, and return the last status.

    Raises:
        typer.Exit: interrupted.
    """
    last = status
    with interruptible() as interruption, shown_progress(progress_view) as progress:
        if local.has_controller():
            progress.say("another process drives this state folder: following it")
        for last in local.drive(name):
            progress.update(last)
            if interruption.requested:
                _drain(local, name, interruption, progress)
            if last.record.state is ExperimentState.PAUSED and not last.live_batches:
                break
    return last


def _drain(local: LocalMode, name: str, interruption: Interruption, progress: Progress) -> None:
    """End what runs, keep what it has finished, and leave."""
    progress.say("stopping: what has ended is kept (Ctrl-C again leaves at once)")
    local.drain()
    status = local.client.status(name)
    progress.update(status)
    progress.say(f"stopped at {status.ended} of {status.wanted} trials; the same command goes on")
    raise typer.Exit(interruption.exit_code)


def _end(status: ExperimentStatus) -> None:
    """Exit by what became of the experiment."""
    name, state = status.record.name, status.record.state
    if state is ExperimentState.COMPLETED:
        return
    remedy = f"; crosstrial resume {name} goes on" if state is ExperimentState.PAUSED else ""
    typer.echo(f"{name} is {state}{remedy}", err=True)
    raise typer.Exit(FAILED)
