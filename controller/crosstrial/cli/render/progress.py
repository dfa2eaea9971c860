"""Progress while it happens: a live table on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import typer
from rich.live import Live

from crosstrial.cli.render.console import console, is_interactive
from crosstrial.cli.render.status import progress_line, progress_view
from crosstrial.client.status import ExperimentStatus

SECONDS_BETWEEN_LINES = 5.0


class Progress(Protocol):
    """Something that shows a status as long as the run lasts."""

    def update(self, status: ExperimentStatus) -> None:
        """Show how far the experiment is now."""

    def say(self, text: str) -> None:
        """Show a remark that stays."""


class LiveProgress:
    """Redraws one view in place."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def update(self, status: ExperimentStatus) -> None:
        """Redraw."""
        screen = self._live.console
        self._live.update(progress_view(status, screen.width, screen.height), refresh=True)

    def say(self, text: str) -> None:
        """Print above the view."""
        self._live.console.print(text)


class LineProgress:
    """Prints a line when the last one is some seconds old, and always at the end."""

    def __init__(self, between: float = SECONDS_BETWEEN_LINES) -> None:
        self._between = between
        self._printed = -between
        self._last = ""

    def update(self, status: ExperimentStatus) -> None:
        """Print a line, unless one was printed just now."""
        now = time.monotonic()
        line = progress_line(status)
        due = now - self._printed >= self._between or status.record.state.ended
        if due and line != self._last:
            typer.echo(line)
            sys.stdout.flush()
            self._printed, self._last = now, line

    def say(self, text: str) -> None:
        """Print a remark on standard error: Ctrl-C has ended what read a pipe as well."""
        typer.echo(text, err=True)


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """Show progress on standard output in the way that fits it."""
    if not is_interactive(sys.stdout):
        yield LineProgress()
        return
    with Live(console=console(), auto_refresh=False, vertical_overflow="crop") as live:
        yield LiveProgress(live)
