"""Progress while it happens: a live view on a terminal or in a notebook, lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import Any, Protocol, TypeAlias

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from crosstrial.client.screen import console, is_interactive
from crosstrial.client.status import ExperimentStatus
from crosstrial.client.wording import duration, plural

SECONDS_BETWEEN_LINES = 5.0
BAR_WIDTH = 60

# What a terminal of a width and height shows of a status.
View: TypeAlias = Callable[[ExperimentStatus, int, int], RenderableType]


class Progress(Protocol):
    """Something that shows a status as long as the run lasts."""

    def update(self, status: ExperimentStatus) -> None:
        """Show how far the experiment is now."""

    def say(self, text: str) -> None:
        """Show a remark that stays."""


class NoProgress:
    """Shows nothing."""

    def update(self, status: ExperimentStatus) -> None:
        """Show nothing."""

    def say(self, text: str) -> None:
        """Say nothing."""


class LiveProgress:
    """Redraws one view in place."""

    def __init__(self, live: Live, view: View) -> None:
        self._live = live
        self._view = view

    def update(self, status: ExperimentStatus) -> None:
        """Redraw."""
        screen = self._live.console
        self._live.update(self._view(status, screen.width, screen.height), refresh=True)

    def say(self, text: str) -> None:
        """Print above the view."""
        self._live.console.print(text)


class NotebookProgress:
    """Redraws one output of a notebook's cell; `display` is IPython's."""

    def __init__(self, display: Callable[..., Any]) -> None:
        self._display = display
        self._shown: Any = None

    def update(self, status: ExperimentStatus) -> None:
        """Redraw."""
        line = progress_line(status)
        bar = f'<progress value="{status.ended}" max="{max(1, status.wanted)}"></progress>'
        view = {"text/plain": line, "text/html": f"{bar}<br>{escape(line)}"}
        if self._shown is None:
            self._shown = self._display(view, raw=True, display_id=True)
        else:
            self._shown.update(view, raw=True)

    def say(self, text: str) -> None:
        """Print a remark below the bar."""
        sys.stdout.write(f"{text}\n")


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
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
            self._printed, self._last = now, line

    def say(self, text: str) -> None:
        """Print a remark on standard error: Ctrl-C has ended what read a pipe as well."""
        sys.stderr.write(f"{text}\n")


def progress_line(status: ExperimentStatus) -> str:
    """Return one line: counts, failures, speed, time to finish, or how it ended."""
    return f"{status.record.name}: {_counts(status)}, {_pace(status)}"


def progress_bar(status: ExperimentStatus, width: int, _height: int = 0) -> RenderableType:
    """Return what a terminal of a width shows of a run at least: a bar, two lines."""
    bar = Table.grid()
    bar.add_row(
        ProgressBar(
            total=max(1, status.wanted),
            completed=status.ended,
            width=max(10, min(BAR_WIDTH, width - 2)),
        )
    )
    return Group(bar, Text(_counts(status)), Text(_pace(status)))


@contextmanager
def shown_progress(view: View = progress_bar) -> Iterator[Progress]:
    """Show progress in the way that fits a notebook, a terminal or a file."""
    if Console().is_jupyter:
        from IPython.display import display  # noqa: PLC0415 every notebook has it

        yield NotebookProgress(display)
    elif is_interactive(sys.stdout):
        with Live(console=console(), auto_refresh=False, vertical_overflow="crop") as live:
            yield LiveProgress(live, view)
    else:
        yield LineProgress()


def _counts(status: ExperimentStatus) -> str:
    share = status.ended / status.wanted if status.wanted else 1.0
    live = status.live_batches
    running = f", {plural(live, 'batch')} running" if live or not status.record.state.ended else ""
    pruned = f", {status.pruned} pruned" if status.pruned else ""
    ended = f"{status.ended}/{status.wanted} trials ({share:.0%})"
    return f"{ended}, {status.failed} failed{pruned}{running}"


def _pace(status: ExperimentStatus) -> str:
    elapsed = duration(status.elapsed_seconds)
    parts = []
    if status.trials_per_second is not None:
        parts.append(f"{status.trials_per_second:.2g} trials/s")
    if status.record.state.ended:
        parts.append(f"{status.record.state} after {elapsed}")
    else:
        parts.append(f"{elapsed} so far")
        if status.seconds_to_finish is not None:
            parts.append(f"about {duration(status.seconds_to_finish)} to finish")
    return ", ".join(parts)
