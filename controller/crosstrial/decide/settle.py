"""Settle: what became of each trial of an ended batch, counted once.

`blame` judges trials that have no outcome when a container was killed; `progress` folds the
result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from crosstrial.decide.blame import KILLED, Verdict, verdict
from crosstrial.decide.snapshot import LiveBatch
from crosstrial.domain.batch import CONTROLLER_POD, Batch, Became, Entry, Fate, Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import PairSums
from crosstrial.domain.record import utc
from crosstrial.spec.node import compact_json

MOST_INTERRUPTIONS = 10
GONE = "it is gone: nothing of it runs, and nothing tells how it ended"
LEFT_OUT = "its worker ended as if all were done, and left trials without an outcome"


@dataclass(frozen=True)
class Settling:
    """What to write when a batch has ended: failures that no worker could write, the record."""

    failures: tuple[Outcome, ...]
    settlement: Settlement


def settle(live: LiveBatch, now: datetime, *, cancelled: bool) -> Settling:
    """Return what became of a batch of which nothing runs any more.

    Args:
        live: the batch with every outcome that exists of its trials.
        now: the time of settlement.
        cancelled: trials without an outcome get no next attempt.
    """
    batch = live.batch
    found = _found(batch, live.outcomes or ())
    end = _end(live, found)
    drop = cancelled or end.cause is Cause.DATASET_ERROR
    started = has_started(live)
    fates = tuple(
        _fate_of_outcome(batch, found[position])
        if position in found
        else _fate_without_outcome(batch, end, position, drop=drop, started=started)
        for position in range(len(batch.manifest))
    )
    failures = {
        position: _failure(batch, position, fate, end, now)
        for position, fate in enumerate(fates)
        if fate.became is Became.COUNTED and position not in found
    }
    outcomes = {**found, **failures}
    counted = [outcomes[p] for p, fate in enumerate(fates) if fate.became is Became.COUNTED]
    return Settling(tuple(failures.values()), _record(live, end, fates, counted, now))


def has_started(live: LiveBatch) -> bool:
    """Whether a pod of the batch has begun: what keeps it from starting interrupts no trial."""
    return live.start is not None and not live.start.withdrawn


def _end(live: LiveBatch, found: Mapping[int, Outcome]) -> Execution:
    """Return how the batch ended; that its data were unusable only the start record tells."""
    gone = Execution(live.batch.id, Phase.ENDED, cause=Cause.INTERRUPTED, message=GONE)
    seen = live.execution or gone
    if live.start is not None and live.start.dataset_error is not None:
        return replace(
            seen,
            pod=live.start.pod,
            cause=Cause.DATASET_ERROR,
            named=None,
            message=live.start.dataset_error,
        )
    if not has_started(live):
        # Whatever has killed its container, no trial was running.
        seen = replace(seen, named=())
    if seen.cause is None and len(found) < len(live.batch.manifest):
        return replace(seen, cause=Cause.WORKER_ERROR, message=seen.message or LEFT_OUT)
    return seen


def _found(batch: Batch, outcomes: Iterable[Outcome]) -> dict[int, Outcome]:
    """Return the outcome that decides each position, where one does; a success before a failure."""
    positions = {batch.trial(p): p for p in range(len(batch.manifest))}
    found: dict[int, Outcome] = {}
    for outcome in sorted(outcomes, key=lambda o: o.state is OutcomeState.FAILED):
        position = positions.get(outcome.trial)
        if position is None or outcome.uid != batch.uid:
            continue
        if _decides(outcome, batch.manifest[position]):
            found.setdefault(position, outcome)
    return found


def _decides(outcome: Outcome, entry: Entry) -> bool:
    """Whether an outcome counts for an entry: it belongs to it, and is not a superseded failure."""
    if not _same_parameters(outcome, entry):
        return False
    if outcome.state is not OutcomeState.FAILED:
        # A success of an earlier attempt has the same seed, parameters and splits.
        return outcome.attempt <= entry.attempt
    own = outcome.cause is not None and outcome.cause.counted
    return outcome.attempt == entry.attempt and (own or outcome.pod == CONTROLLER_POD)


def _same_parameters(outcome: Outcome, entry: Entry) -> bool:
    try:
        return compact_json(outcome.parameters) == compact_json(entry.parameters)
    except (TypeError, ValueError):
        # Values that no configuration has (not a number, raw bytes): any worker may insert them.
        return False


def _fate_of_outcome(batch: Batch, outcome: Outcome) -> Fate:
    grows = _may_grow(batch, outcome.cause)
    return Fate(
        became=Became.UNFINISHED if grows else Became.COUNTED,
        state=outcome.state,
        cause=outcome.cause,
        attempt=outcome.attempt,
    )


def _fate_without_outcome(
    batch: Batch, end: Execution, position: int, *, drop: bool, started: bool
) -> Fate:
    entry = batch.manifest[position]
    if drop:
        return Fate(became=Became.DROPPED, attempt=entry.attempt)
    judged = verdict(batch, end, position)
    if judged is Verdict.GUILTY and _may_grow(batch, end.cause):
        return Fate(became=Became.SUSPECT, cause=end.cause, attempt=entry.attempt)
    if judged is Verdict.GUILTY:
        return _failed(entry, end.cause)
    if entry.interruptions + started >= MOST_INTERRUPTIONS:
        return _failed(entry, _returned(end.cause))
    suspect = judged is Verdict.SUSPECT
    return Fate(became=Became.SUSPECT if suspect else Became.UNFINISHED, attempt=entry.attempt)


def _may_grow(batch: Batch, cause: Cause | None) -> bool:
    """Whether a trial that outgrew its memory is given more instead of being counted."""
    return cause is Cause.OUT_OF_MEMORY and batch.memory < batch.max_memory


def _failed(entry: Entry, cause: Cause | None) -> Fate:
    return Fate(
        became=Became.COUNTED, state=OutcomeState.FAILED, cause=cause, attempt=entry.attempt
    )


def _returned(cause: Cause | None) -> Cause | None:
    """Return why trials come back; a container that others killed has interrupted them."""
    return Cause.INTERRUPTED if cause in KILLED else cause


def _failure(batch: Batch, position: int, fate: Fate, end: Execution, now: datetime) -> Outcome:
    """Return the failure that the controller inserts for a trial whose worker could not."""
    entry = batch.manifest[position]
    return Outcome(
        uid=batch.uid,
        batch=batch.id,
        model=entry.model,
        dataset=batch.dataset,
        index=entry.index,
        attempt=entry.attempt,
        pod=CONTROLLER_POD,
        state=OutcomeState.FAILED,
        cause=fate.cause,
        message=_message(fate, end),
        parameters=entry.parameters,
        seconds=0.0,
        cpu_seconds=0.0,
        peak_memory_mb=0.0,
        started=utc(now),
        finished=utc(now),
    )


def _message(fate: Fate, end: Execution) -> str:
    if fate.cause in KILLED:
        return f"it ran alone, and its container was killed: {end.message or fate.cause}"
    return f"interrupted {MOST_INTERRUPTIONS} times, last: {end.message or fate.cause}"


def _record(
    live: LiveBatch,
    end: Execution,
    fates: tuple[Fate, ...],
    counted: list[Outcome],
    now: datetime,
) -> Settlement:
    batch = live.batch
    unfinished = any(f.became in (Became.UNFINISHED, Became.SUSPECT) for f in fates)
    return Settlement(
        fates=fates,
        sums=_sums(batch, counted),
        cpu_seconds=_cpu_seconds(live),
        # A batch whose data set is blocked is read again as well: its cause says so.
        has_unfinished=unfinished or end.cause is Cause.DATASET_ERROR,
        has_retries=any(entry.attempt > 1 for entry in batch.manifest),
        started=has_started(live),
        pod=end.pod,
        cause=end.cause,
        message=end.message or None,
        log=end.log,
        settled=utc(now),
    )


def _sums(batch: Batch, counted: Iterable[Outcome]) -> tuple[PairSums, ...]:
    sums: dict[str, PairSums] = {}
    parts = [PairSums(model=entry.model, next=entry.index + 1) for entry in batch.manifest]
    for part in (*parts, *map(_one, counted)):
        sums[part.model] = sums[part.model].plus(part) if part.model in sums else part
    return tuple(sums.values())


def _one(outcome: Outcome) -> PairSums:
    kinds: Mapping[str, int] = {outcome.state.value: 1}
    return PairSums(model=outcome.model, seconds=outcome.seconds, **kinds)


def _cpu_seconds(live: LiveBatch) -> float:
    """Return cores x seconds from the worker's start to its end, by the clock of its node.

    Where nothing tells when it ended, its last outcome does.
    """
    if live.start is None or live.start.withdrawn:
        return 0.0
    own = (o for o in live.outcomes or () if o.batch == live.batch.id)
    ends = [outcome.finished for outcome in own if outcome.pod != CONTROLLER_POD]
    if live.execution is not None and live.execution.finished is not None:
        ends.append(live.execution.finished)
    lived = max(ends, default=live.start.started) - live.start.started
    return live.batch.cpu * max(0.0, lived.total_seconds())
