"""What decisions are made from, in few words: entries, batches, their ends, views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crosstrial.decide.pair_views import PairView
from crosstrial.decide.progress import fold
from crosstrial.decide.settle import settle
from crosstrial.decide.snapshot import ExperimentView, LiveBatch, Progress, Snapshot
from crosstrial.domain.batch import Batch, BatchState, Entry, StartRecord
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairState
from support import registered
from support.registered import MOMENT

POD = "pod"


def entry(index: int = 0, model: str = "forest", **fields: Any) -> Entry:
    """A line of a manifest; a trial's parameters tell it from others."""
    return Entry(model=model, index=index, parameters={"C": float(index)}, **fields)


def batch(*entries: Entry, number: int = 0, dataset: str = "iris", **fields: Any) -> Batch:
    """A launched batch of 1 GiB that may grow to 4 GiB."""
    plain = registered.batch(number, [registered.outcome(dataset=dataset)], settled=False)
    return plain.model_copy(update={"manifest": entries or (entry(),), **fields})


def outcome(of: Batch, position: int = 0, cause: Cause | None = None, **fields: Any) -> Outcome:
    """What a worker inserts for a manifest position: a success, or a failure with a cause."""
    tried = of.manifest[position]
    plain = registered.outcome(
        tried.model, of.dataset, tried.index, cause=cause, batch=of.id, attempt=tried.attempt
    )
    return plain.model_copy(update={"parameters": tried.parameters, "pod": POD, **fields})


def start(of: Batch, **fields: Any) -> StartRecord:
    """What a worker inserts first."""
    return StartRecord(batch=of.id, pod=POD, started=MOMENT, **fields)


def end(of: Batch, cause: Cause | None = None, **fields: Any) -> Execution:
    """An execution of which nothing runs any more; without a cause it ended well."""
    return Execution(of.id, Phase.ENDED, POD, cause, **fields)


def running(of: Batch, phase: Phase = Phase.RUNNING) -> LiveBatch:
    """A batch that an executor runs."""
    return LiveBatch(of, Execution(of.id, phase, POD))


def ended(
    of: Batch, *outcomes: Outcome, cause: Cause | None = None, named: tuple[int, ...] | None = None
) -> LiveBatch:
    """A batch that has started, written outcomes, and ended."""
    return LiveBatch(of, end(of, cause, named=named), start(of), outcomes)


def unreadable(of: Batch, *outcomes: Outcome) -> LiveBatch:
    """A batch whose worker could not use the data set."""
    return LiveBatch(of, end(of), start(of, dataset_error="no such column"), outcomes)


def settled(live: LiveBatch) -> Batch:
    """An ended batch after its settlement."""
    settlement = settle(live, MOMENT, cancelled=False).settlement
    return live.batch.model_copy(update={"state": BatchState.SETTLED, "settlement": settlement})


def progress(*batches: Batch) -> Progress:
    """What settled batches add up to."""
    total = Progress()
    for one in batches:
        total = fold(total, one)
    return total


def pair_view(
    model: str = "forest",
    dataset: str = "iris",
    *,
    wanted: int = 10,
    handed_out: int = 0,
    mean: float | None = 1.0,
    state: PairState = PairState.OPEN,
) -> PairView:
    """A pair of which `handed_out` trials have ended and none is in flight."""
    return PairView(Pair(model, dataset), state, wanted, handed_out, 0, handed_out, mean)


def view(
    of: ExperimentRecord,
    past: Progress | None = None,
    live: Iterable[LiveBatch] = (),
    *,
    next_number: int = 0,
    elapsed: float = 0.0,
) -> ExperimentView:
    """An experiment as a tick observes it."""
    return ExperimentView(of, past or Progress(), tuple(live), next_number, elapsed)


def snapshot(*views: ExperimentView, capacity: int | None = None) -> Snapshot:
    """Views with the executions that they show."""
    seen = [one.execution for each in views for one in each.live if one.execution is not None]
    return Snapshot(views, {execution.batch: execution for execution in seen}, capacity)
