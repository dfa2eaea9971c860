"""Observe: what the store holds and what the executor sees, as one frozen `Snapshot`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

from crosstrial.decide.elsewhere import is_elsewhere, is_own
from crosstrial.decide.samplers import learns
from crosstrial.decide.snapshot import ExperimentView, LiveBatch, Snapshot, Tried
from crosstrial.domain.batch import Batch, StartRecord
from crosstrial.domain.execution import Execution
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome, OutcomeState, outcome_id
from crosstrial.domain.pair import Pair
from crosstrial.domain.record import InvalidRecordError
from crosstrial.executor.protocol import Executor
from crosstrial.loop.clock import utc_now
from crosstrial.loop.ledger import Ledger
from crosstrial.loop.tried import TriedTrials
from crosstrial.store.protocol import Store

logger = structlog.get_logger(__name__)

UNKNOWN_POD = "unknown"


@dataclass
class _Clock:
    """Unpaused seconds of one experiment, by a monotonic clock; survives in its status."""

    elapsed: float
    last: float

    def advance(self, now: float, *, running: bool) -> float:
        if running:
            self.elapsed += now - self.last
        self.last = now
        return self.elapsed


class Observer:
    """Keeps a ledger and a clock for each experiment that is not at rest."""

    def __init__(
        self, store: Store, executor: Executor, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._executor = executor
        self._monotonic = monotonic
        self._ledgers: dict[str, Ledger] = {}
        self._tried: dict[str, TriedTrials] = {}
        self._clocks: dict[str, _Clock] = {}

    def observe(self) -> Snapshot:
        """Return what is there now.

        The executor is asked first: what ends in between is then missing no outcome.
        """
        executions = self._executor.executions()
        records = self._records()
        self._forget_all_but({record.uid for record in records})
        views = tuple(self._view(record, executions) for record in records)
        return Snapshot(views, executions, self._capacity(records, executions))

    def _records(self) -> list[ExperimentRecord]:
        """Return all experiments at work, and those at rest that still have live batches."""
        records = self._store.experiments_at_work()
        known = {record.uid for record in records}
        strays = self._store.unsettled_experiments() - known
        if not strays:
            return records
        return records + [record for record in self._store.experiments() if record.uid in strays]

    def _forget_all_but(self, uids: set[str]) -> None:
        for uid in self._ledgers.keys() - uids:
            del self._ledgers[uid]
            # Not there yet when the store was lost before the first look was over.
            self._clocks.pop(uid, None)
            self._tried.pop(uid, None)

    def _view(
        self, record: ExperimentRecord, executions: Mapping[str, Execution]
    ) -> ExperimentView:
        ledger = self._ledgers.setdefault(record.uid, Ledger(self._store, record.uid))
        ledger.refresh()
        live = tuple(self._live(batch, executions.get(batch.id)) for batch in ledger.live)
        return ExperimentView(
            record=record,
            progress=ledger.progress,
            live=live,
            next_number=ledger.next_number,
            elapsed_seconds=self._elapsed(record),
            tried=self._trials(record, ledger),
        )

    def _trials(self, record: ExperimentRecord, ledger: Ledger) -> Mapping[Pair, Tried]:
        """Return what the sampler may learn from, if it learns."""
        if not learns(record.latest.document.spec.sampler):
            return {}
        tried = self._tried.setdefault(record.uid, TriedTrials(self._store, record.uid))
        tried.refresh(ledger)
        return tried.of_pairs

    def _live(self, batch: Batch, execution: Execution | None) -> LiveBatch:
        if execution is not None and execution.phase.live:
            return LiveBatch(batch, execution)
        own, now = self._executor.own_places, utc_now()
        if execution is None and is_elsewhere(batch, own, now):
            return LiveBatch(batch, elsewhere=True)
        start = self._start(batch)
        if execution is None and is_elsewhere(batch, own, now, start):
            return LiveBatch(batch, start=start, elsewhere=True)
        outcomes = tuple(known_outcomes(self._store, batch))
        return LiveBatch(batch, execution, start, outcomes, foreign=not is_own(batch, own))

    def _start(self, batch: Batch) -> StartRecord | None:
        try:
            return self._store.start(batch.id)
        except InvalidRecordError as error:
            # Any worker may insert one. Whatever it says, it has claimed the batch.
            logger.warning("start record not understood", batch=batch.id, error=str(error))
            return StartRecord(batch=batch.id, pod=UNKNOWN_POD, started=batch.created)

    def _elapsed(self, record: ExperimentRecord) -> float:
        now = self._monotonic()
        clock = self._clocks.setdefault(record.uid, _Clock(record.status.elapsed_seconds, now))
        return clock.advance(now, running=record.state is ExperimentState.ACTIVE)

    def _capacity(
        self, records: list[ExperimentRecord], executions: Mapping[str, Execution]
    ) -> int | None:
        """Return how many more batches fit, if the executor has a bound.

        The bound is in batches of so many cores; with active experiments of several sizes the
        largest decides, which never overcommits.
        """
        active = [r for r in records if r.state is ExperimentState.ACTIVE]
        cores = [record.latest.document.spec.resources.cpu for record in active]
        bound = self._executor.capacity(max(cores, default=1.0))
        if bound is None:
            return None
        return max(0, bound - sum(execution.phase.live for execution in executions.values()))


def known_outcomes(store: Store, batch: Batch) -> list[Outcome]:
    """Return every outcome that exists for a batch's trials, late ones of others included."""
    own = store.outcomes_of_batch(batch.id)
    decided = {outcome.trial for outcome in own}
    ids = [
        outcome_id(batch.uid, batch.trial(position), state, entry.attempt)
        for position, entry in enumerate(batch.manifest)
        if batch.trial(position) not in decided
        for state in (OutcomeState.SUCCEEDED, OutcomeState.FAILED)
    ]
    return own + (store.outcomes(ids) if ids else [])
