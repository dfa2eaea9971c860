"""Try an unreachable store again, within a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from crosstrial.store.protocol import UnreachableError

RETRY_SECONDS = 0.5
Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Patience:
    """Repeats calls of the store; all that a worker makes may be: its ids are fixed."""

    def __init__(
        self,
        seconds: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._seconds = seconds
        self._clock = clock
        self._pause = pause

    def call(
        self,
        method: Callable[Arguments, Result],
        *arguments: Arguments.args,
        **keywords: Arguments.kwargs,
    ) -> Result:
        """Return what a method of the store returns, trying again while it is unreachable.

        Raises:
            UnreachableError: it still is, after all this time.
        """
        end = self._clock() + self._seconds
        while True:
            try:
                return method(*arguments, **keywords)
            except UnreachableError:
                if self._clock() >= end:
                    raise
                self._pause(RETRY_SECONDS)
