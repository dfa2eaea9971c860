"""Following an experiment that somebody else drives; `watch` and `submit --watch` share it."""

from __future__ import annotations

import typer

from crosstrial.cli.errors import FAILED
from crosstrial.cli.render.status import progress_view
from crosstrial.client.progress import shown_progress
from crosstrial.client.session import Session
from crosstrial.client.status import ExperimentStatus
from crosstrial.domain.experiment import ExperimentState


def follow(session: Session, name: str) -> int:
    """Show progress until the experiment ends; return the exit code."""
    last: ExperimentStatus | None = None
    with shown_progress(progress_view) as progress:
        for last in session.follow(name, progress.say):
            progress.update(last)
    return exit_code(session, name, last)


def exit_code(session: Session, name: str, last: ExperimentStatus | None) -> int:
    """Return 0 for a completed experiment; else say what is wrong and return 1."""
    if last is not None and last.record.state is ExperimentState.COMPLETED:
        return 0
    if last is not None and last.record.state.ended:
        typer.echo(f"{name} ended: {last.record.state}", err=True)
    elif session.is_left_alone:
        typer.echo(
            f"{name} has not ended, and no controller is running in this state folder;"
            " crosstrial run FILE continues it",
            err=True,
        )
    else:
        typer.echo(f"{name} is gone: it was deleted meanwhile", err=True)
    return FAILED
