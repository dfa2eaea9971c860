"""SIGTERM: the worker is asked to end, and how long ago that was."""

from __future__ import annotations

import signal
import sys
import time
from types import FrameType, TracebackType
from typing import NoReturn, Self

from crosstrial.domain.worker_exit import WorkerExit

CHILDREN_SECONDS = 5.0  # trials under way may end until then
FLUSH_SECONDS = 10.0  # outcomes may be written until then


def end_when_told() -> None:
    """Have SIGTERM end this process at once: nothing of it is worth waiting for."""
    signal.signal(signal.SIGTERM, _end)


def _end(_number: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(WorkerExit.TERMINATED)


class Stop:
    """While entered, SIGTERM is only taken note of."""

    def __init__(self) -> None:
        self._since: float | None = None

    def __enter__(self) -> Self:
        signal.signal(signal.SIGTERM, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        end_when_told()

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self._since = self._since or time.monotonic()

    @property
    def requested(self) -> bool:
        """Whether the worker shall end."""
        return self._since is not None

    def seconds(self) -> float:
        """Return how long ago it was told to; 0 if never."""
        return 0.0 if self._since is None else time.monotonic() - self._since
