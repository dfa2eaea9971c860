"""What settled batches add up to: sums per pair, waiting trials, blocked data sets.

Folding is all that a controller remembers of finished history; `loop.ledger` decides which
batches to read for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from crosstrial.decide.blame import KILLED
from crosstrial.decide.snapshot import FalseStart, Progress, Waiting
from crosstrial.domain.batch import Batch, BatchSummary, Became, Entry, Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.pair import Pair, PairSums

Kind = TypeVar("Kind", int, FalseStart)


def fold_summary(progress: Progress, summary: BatchSummary) -> Progress:
    """Return the progress with a settled batch that left and took up no waiting trial."""
    return replace(
        progress,
        sums=_plus(progress.sums, summary.dataset, summary.sums),
        cpu_seconds=progress.cpu_seconds + summary.cpu_seconds,
        last_started=_highest(progress.last_started, summary.number),
    )


def fold(progress: Progress, batch: Batch) -> Progress:
    """Return the progress with a settled batch; a trial's earlier attempt comes first.

    Raises:
        ValueError: the batch is not settled.
    """
    settlement = batch.settlement
    if settlement is None:
        raise ValueError(f"batch {batch.id} is not settled")
    waiting = dict(progress.waiting)
    for position in range(len(settlement.fates)):
        waiting.pop(batch.trial(position), None)
        left = _waiting(batch, settlement, position)
        if left is not None:
            waiting[left.trial] = left
    blocks = settlement.cause is Cause.DATASET_ERROR
    # One that has left nothing to do is as good as started; its summary says no more.
    failed = settlement.has_unfinished and not settlement.started
    started = None if failed else batch.number
    false_start = FalseStart(batch.number, settlement.settled) if failed else None
    return Progress(
        sums=_plus(progress.sums, batch.dataset, settlement.sums),
        waiting=waiting,
        blocked=progress.blocked | ({batch.dataset} if blocks else frozenset()),
        cpu_seconds=progress.cpu_seconds + settlement.cpu_seconds,
        last_started=_highest(progress.last_started, started),
        last_false_start=_highest(progress.last_false_start, false_start),
    )


def _highest(one: Kind | None, other: Kind | None) -> Kind | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _plus(
    sums: Mapping[Pair, PairSums], dataset: str, more: Iterable[PairSums]
) -> dict[Pair, PairSums]:
    total = dict(sums)
    for one in more:
        pair = Pair(one.model, dataset)
        total[pair] = total[pair].plus(one) if pair in total else one
    return total


def _waiting(batch: Batch, settlement: Settlement, position: int) -> Waiting | None:
    """Return what becomes of a trial that came back; None when it did not."""
    fate = settlement.fates[position]
    if fate.became not in (Became.UNFINISHED, Became.SUSPECT):
        return None
    suspect = fate.became is Became.SUSPECT
    killed = suspect and settlement.cause in KILLED
    outgrew = fate.cause is Cause.OUT_OF_MEMORY
    interrupted = settlement.started and not outgrew
    return Waiting(
        trial=batch.trial(position),
        entry=_next_attempt(batch.manifest[position], killed=killed, interrupted=interrupted),
        suspect=suspect,
        memory=min(2 * batch.memory, batch.max_memory) if outgrew else batch.memory,
    )


def _next_attempt(entry: Entry, *, killed: bool, interrupted: bool) -> Entry:
    """Return the entry for the next manifest.

    To come back for more memory is no interruption, it ends at `maxMemory` by itself; nor is
    it one never to have started.
    """
    return entry.model_copy(
        update={
            "attempt": entry.attempt + 1,
            "kills": entry.kills + killed,
            "interruptions": entry.interruptions + interrupted,
        }
    )


def still_waiting(progress: Progress, live: Iterable[Batch]) -> tuple[Waiting, ...]:
    """Return the waiting trials that no live batch has taken up, oldest first."""
    taken = {batch.trial(p) for batch in live for p in range(len(batch.manifest))}
    return tuple(w for trial, w in progress.waiting.items() if trial not in taken)
