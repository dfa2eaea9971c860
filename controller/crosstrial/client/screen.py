"""Where text goes: standard output and error, with colour and cursor only on a terminal."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from rich.console import Console

PIPE_WIDTH = 10_000  # what reads a pipe does not want lines cut


def is_interactive(stream: TextIO) -> bool:
    """Whether colours and cursor movement are wanted there."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not plain


def console(stream: TextIO | None = None) -> Console:
    """Return a console on `stream`, standard output by default; user text is never markup."""
    stream = stream or sys.stdout
    interactive = is_interactive(stream)
    return Console(
        file=stream,
        force_terminal=interactive,
        no_color=not interactive,
        width=None if stream.isatty() else PIPE_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )
