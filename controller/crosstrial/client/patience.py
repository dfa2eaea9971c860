"""Patience: how long one who only looks waits for a store that does not answer, and how often.

`StoreClient.follow` asks it. Whoever drives batches has an own back-off: `loop.controller`.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from crosstrial.store.protocol import UnreachableError

PATIENCE_SECONDS = 300.0
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 15.0


class Patience:
    """Measures one silence after the other; each is told of at its beginning and its end."""

    def __init__(
        self,
        tell: Callable[[str], None] = lambda _: None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tell = tell
        self._monotonic = monotonic
        self._sleep = sleep
        self._since: float | None = None
        self._failures = 0

    def heard(self) -> None:
        """Note that the store has answered."""
        if self._since is not None:
            self._tell("the store answers again")
        self._since, self._failures = None, 0

    def bear(self, error: UnreachableError) -> None:
        """Wait before the store is asked again; the longer it is silent the longer.

        Raises:
            UnreachableError: the one that was given, when patience is at its end.
        """
        now = self._monotonic()
        if self._since is None:
            self._since = now
            self._tell(f"{error}; this goes on trying for {PATIENCE_SECONDS / 60:g} minutes")
        if now - self._since >= PATIENCE_SECONDS:
            raise error
        delay = FIRST_BACKOFF_SECONDS * 2.0 ** min(self._failures, 16)
        self._failures += 1
        self._sleep(min(LONGEST_BACKOFF_SECONDS, delay))
