"""The loop itself: one thread that ticks; whatever wakes it earlier only saves latency."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import replace

import structlog

from crosstrial.decide.actions import StopBatch
from crosstrial.decide.plan import plan
from crosstrial.decide.refusals import remembered
from crosstrial.decide.snapshot import Refusal
from crosstrial.domain.execution import Phase
from crosstrial.executor.protocol import Executor, TemporaryExecutorError
from crosstrial.loop.apply import Applier
from crosstrial.loop.clock import utc_now
from crosstrial.loop.observe import Observer
from crosstrial.store.protocol import Store, UnreachableError

logger = structlog.get_logger(__name__)

TICK_SECONDS = 1.0
LONGEST_BACKOFF_SECONDS = 15.0


class Controller:
    """Drives every experiment of a store on one executor.

    `heal` is called when the store can't be reached: local mode restarts its server there.
    """

    def __init__(
        self, store: Store, executor: Executor, *, heal: Callable[[], None] | None = None
    ) -> None:
        self._executor = executor
        self._heal = heal
        self._observer = Observer(store, executor)
        self._applier = Applier(store, executor)
        self._failures = 0
        self._refusals: dict[str, Refusal] = {}
        self.draining = False

    def tick(self) -> bool:
        """Observe, decide, apply once; return whether to look again at once."""
        snapshot = replace(self._observer.observe(), refusals=self._refusals)
        if self.draining:
            snapshot = replace(snapshot, capacity=0)
        now = utc_now()
        actions = plan(snapshot, now)
        self._applier.journal.look(snapshot)
        self._applier.apply(actions)
        self._refusals = remembered(snapshot, self._applier.refused, now)
        return bool(actions) and not self._applier.postponed

    def step(self) -> bool:
        """Tick, survive what passes, and wait for a reason to tick again.

        Returns:
            Whether the tick went through.
        """
        try:
            busy = self.tick()
        except (UnreachableError, TemporaryExecutorError) as error:
            self._survive(error)
            return False
        self._failures = 0
        if not busy:
            self._executor.wait(TICK_SECONDS)
        return True

    def run(self, stop: threading.Event) -> None:
        """Step until `stop` is set; what runs keeps running."""
        while not stop.is_set():
            self.step()

    def drain(self) -> bool:
        """Ask everything that runs to end and plan nothing new; return whether all is settled."""
        self.draining = True
        try:
            self._stop_all()
            self.step()
            return not self._executor.executions()
        except TemporaryExecutorError as error:
            self._survive(error)
            return False

    def _stop_all(self) -> None:
        seen = self._executor.executions().values()
        running = [e for e in seen if e.phase.live and e.phase is not Phase.STOPPING]
        self._applier.apply(StopBatch(execution.batch) for execution in running)

    def _survive(self, error: Exception) -> None:
        self._failures += 1
        logger.warning("tick failed, trying again", error=str(error), failures=self._failures)
        if self._heal is not None and isinstance(error, UnreachableError):
            self._heal()
        longest = min(LONGEST_BACKOFF_SECONDS, 0.25 * 2**self._failures)
        self._executor.wait(longest * random.uniform(0.5, 1.0))  # noqa: S311 jitter, no secret
