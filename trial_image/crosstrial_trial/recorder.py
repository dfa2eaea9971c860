"""Outcomes on their way into the store: in bulk, beside the trials, none kept back for long.

A write is a short-lived thread, so that a slow store never blinds the pool's watch over time and
memory. Only these threads write outcomes, one at a time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable

from crosstrial.domain.outcome import Outcome
from crosstrial.store.protocol import Store, UnreachableError
from crosstrial_trial.patience import Patience

FLUSH_COUNT = 64
SHORTEST_SECONDS = 0.5
LONGEST_SECONDS = 10.0
POLL_SECONDS = 0.05


def flush_seconds(expected_seconds: float) -> float:
    """Return how long an outcome of a batch may wait: an eighth of the batch, within bounds."""
    return min(LONGEST_SECONDS, max(SHORTEST_SECONDS, expected_seconds / 8))


class Recorder:
    """Buffers outcomes and inserts them."""

    def __init__(
        self,
        store: Store,
        patience: Patience,
        *,
        interval: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Record into `store`; `interval` is how many seconds an outcome may wait."""
        self._store = store
        self._patience = patience
        self._interval = interval
        self._clock = clock
        self._buffer: list[Outcome] = []
        self._oldest = 0.0
        self._writer: threading.Thread | None = None
        self._error: Exception | None = None

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Take outcomes over, and write when it is time; called now and again, also with none.

        Raises:
            StoreError: an earlier write failed for good.
        """
        for outcome in outcomes:
            if not self._buffer:
                self._oldest = self._clock()
            self._buffer.append(outcome)
        if self._writing():
            return
        self._raise_error()
        if self._due():
            self._start_write()

    def _due(self) -> bool:
        if not self._buffer:
            return False
        waited = self._clock() - self._oldest
        return len(self._buffer) >= FLUSH_COUNT or waited >= self._interval

    def _writing(self) -> bool:
        return self._writer is not None and self._writer.is_alive()

    def _start_write(self) -> None:
        outcomes, self._buffer = self._buffer, []
        # A daemon: a store that hangs must not keep the worker from ending.
        self._writer = threading.Thread(target=self._write, args=(outcomes,), daemon=True)
        self._writer.start()

    def _write(self, outcomes: list[Outcome]) -> None:
        try:
            self._patience.call(self._store.insert_outcomes, outcomes)
        except Exception as error:  # noqa: BLE001 raised again where the recorder is used
            self._error = error

    def _raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def close(self, gives_up: Callable[[], bool]) -> None:
        """Write what is left.

        Raises:
            StoreError: something was not written before `gives_up`; those trials run again.
        """
        self._finish_write(gives_up)
        if self._buffer:
            self._start_write()
            self._finish_write(gives_up)

    def _finish_write(self, gives_up: Callable[[], bool]) -> None:
        while self._writing():
            if gives_up():
                raise UnreachableError("the store did not take the last outcomes in time")
            time.sleep(POLL_SECONDS)
        self._raise_error()
