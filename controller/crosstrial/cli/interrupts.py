"""Ctrl-C twice: the first asks for a graceful end, the second ends at once."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

GRACEFUL = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Interruption:
    """Which signal has asked to end, if one has."""

    signal: int | None = None

    @property
    def requested(self) -> bool:
        """Whether to end as soon as may be."""
        return self.signal is not None

    @property
    def exit_code(self) -> int:
        """The exit code of a program that a signal has ended."""
        return 128 + (self.signal or signal.SIGINT)


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Note the first SIGINT or SIGTERM instead of being stopped in the middle of a write."""
    interruption = Interruption()
    before = {number: signal.getsignal(number) for number in GRACEFUL}

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    def note(number: int, _frame: FrameType | None) -> None:
        interruption.signal = number
        restore()

    for number in GRACEFUL:
        signal.signal(number, note)
    try:
        yield interruption
    finally:
        restore()
