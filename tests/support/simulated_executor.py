"""An executor without processes: a batch runs inside `advance`, its outcomes go into the store.

What befalls a trial or a batch is scripted by functions, so that a test can place every fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crosstrial.domain.batch import Batch, Entry, StartRecord
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.outcome import Outcome, OutcomeState, Scores, SplitResult
from crosstrial.domain.record import utc
from crosstrial.loop.clock import utc_now
from crosstrial.store.protocol import Store

# What befalls a trial: None is a success, a counted cause a failure, a returned one no outcome.
Fortune = Callable[[Batch, Entry], Cause | None]


def always_well(_batch: Batch, _entry: Entry) -> Cause | None:
    """Every trial succeeds."""
    return None


class SimulatedExecutor:
    """Runs one waiting batch at each `advance`; shared by successive controllers of a test."""

    def __init__(self, store: Store, fortune: Fortune = always_well, bound: int | None = None):
        self._store = store
        self._fortune = fortune
        self._bound = bound
        self.place = "simulated"
        self._waiting: dict[str, Batch] = {}
        self._ended: dict[str, Execution] = {}
        self.launched: list[str] = []

    @property
    def own_places(self) -> frozenset[str]:
        return frozenset({self.place})

    def capacity(self, cpu: float) -> int | None:
        return self._bound

    def launch(self, batch: Batch) -> None:
        if batch.id in self._waiting or batch.id in self._ended:
            return
        self.launched.append(batch.id)
        self._waiting[batch.id] = batch

    def executions(self) -> Mapping[str, Execution]:
        running = {name: Execution(name, Phase.RUNNING, name) for name in self._waiting}
        return {**running, **self._ended}

    def stop(self, batch_id: str) -> None:
        if self._waiting.pop(batch_id, None) is not None:
            self._ended[batch_id] = Execution(
                batch_id, Phase.ENDED, batch_id, Cause.INTERRUPTED, message="stopped"
            )

    def remove(self, batch_id: str) -> None:
        self._ended.pop(batch_id, None)

    def log(self, batch_id: str) -> str | None:
        return None

    def wait(self, timeout: float) -> None:
        self.advance()

    def close(self) -> None:
        pass

    def advance(self) -> None:
        """Run the oldest waiting batch to its end."""
        if not self._waiting:
            return
        name = next(iter(self._waiting))
        batch = self._waiting.pop(name)
        start = StartRecord(batch=name, pod=name, started=utc(utc_now()))
        if not self._store.insert_start(start):
            self._end(name, Cause.INTERRUPTED)
            return
        fortunes = [(entry, self._fortune(batch, entry)) for entry in batch.manifest]
        outcomes = [
            outcome_of(batch, entry, cause)
            for entry, cause in fortunes
            if cause is None or cause.counted
        ]
        self._store.insert_outcomes(outcomes)
        returned = [cause for _, cause in fortunes if cause is not None and not cause.counted]
        self._end(name, returned[0] if returned else None)

    def _end(self, name: str, cause: Cause | None) -> None:
        self._ended[name] = Execution(name, Phase.ENDED, name, cause)


def outcome_of(batch: Batch, entry: Entry, cause: Cause | None) -> Outcome:
    """Return the outcome that a worker would write."""
    now = utc_now()
    metrics = dict.fromkeys(getattr(batch.evaluation.metrics, batch.task), 0.5)
    split = SplitResult(
        repeat=0,
        fold=0,
        scores=Scores(train=metrics, validation=metrics, test=metrics),
        preprocess_seconds=0.1,
        fit_seconds=0.2,
        score_seconds=0.1,
        cpu_seconds=0.4,
        peak_memory_mb=10.0,
    )
    return Outcome(
        uid=batch.uid,
        batch=batch.id,
        model=entry.model,
        dataset=batch.dataset,
        index=entry.index,
        attempt=entry.attempt,
        pod=batch.id,
        state=OutcomeState.SUCCEEDED if cause is None else OutcomeState.FAILED,
        cause=cause,
        message=None if cause is None else f"simulated {cause}",
        parameters=entry.parameters,
        splits=(split,) if cause is None else (),
        seconds=0.4,
        cpu_seconds=0.4,
        peak_memory_mb=10.0,
        started=utc(now),
        finished=utc(now),
    )
