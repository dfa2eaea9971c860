"""What a trial does to its batch, by its nature; a worker's run of a batch without a process."""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from crosstrial.domain.batch import Batch, StartRecord
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.record import utc
from crosstrial.domain.trial import Trial

ENOUGH_BYTES = 3 << 30  # for what outgrows 1 GiB
SECONDS = 0.5  # exact in sums


class Nature(Enum):
    """What becomes of a trial whenever it runs."""

    WELL = auto()
    PRUNED = auto()
    FAILS = auto()
    LOST = auto()  # its worker leaves it out
    HUNGRY = auto()  # its child is ended for its memory, until there is enough
    GLUTTON = auto()  # its container is killed for its memory, until there is enough
    INSATIABLE = auto()  # its container is killed for its memory, whatever there is
    POISON = auto()  # its container is killed


Natures = Callable[[Trial], Nature]
KILLS = {
    Nature.POISON: Cause.CRASHED,
    Nature.GLUTTON: Cause.OUT_OF_MEMORY,
    Nature.INSATIABLE: Cause.OUT_OF_MEMORY,
}
GREEDY = (Nature.HUNGRY, Nature.GLUTTON)


@dataclass(frozen=True)
class Run:
    """What a worker left: its start record, outcomes in order, and how it was seen to end."""

    start: StartRecord
    outcomes: tuple[Outcome, ...]
    end: Execution


def run(
    batch: Batch, natures: Natures, decided: Container[str], now: datetime, *, evidence: bool = True
) -> Run:
    """Run a batch's trials in order, until all are done or one kills the container.

    Args:
        batch: as it was launched.
        natures: what each trial does.
        decided: ids of outcomes that are there: a worker skips trials that have succeeded.
        now: when all of it happens.
        evidence: whether a killed container of many names who was running.
    """
    start = StartRecord(batch=batch.id, pod=batch.id, started=utc(now))
    outcomes: list[Outcome] = []
    for position in range(len(batch.manifest)):
        if batch.trial(position).id(batch.uid) in decided:
            continue
        nature = natures(batch.trial(position))
        if nature in GREEDY and batch.memory >= ENOUGH_BYTES:
            nature = Nature.WELL
        if nature in KILLS:
            named = (position,) if evidence or batch.suspects else None
            end = Execution(batch.id, Phase.ENDED, batch.id, KILLS[nature], named, "killed")
            return Run(start, tuple(outcomes), end)
        if nature is not Nature.LOST:
            outcomes.append(outcome_of(batch, position, nature, now))
    return Run(start, tuple(outcomes), Execution(batch.id, Phase.ENDED, batch.id))


def outcome_of(batch: Batch, position: int, nature: Nature, now: datetime) -> Outcome:
    """What a worker inserts for a trial that is not lost with its container."""
    entry = batch.manifest[position]
    causes = {Nature.FAILS: Cause.ESTIMATOR_ERROR, Nature.HUNGRY: Cause.OUT_OF_MEMORY}
    cause = causes.get(nature)
    success = OutcomeState.PRUNED if nature is Nature.PRUNED else OutcomeState.SUCCEEDED
    return Outcome(
        uid=batch.uid,
        batch=batch.id,
        model=entry.model,
        dataset=batch.dataset,
        index=entry.index,
        attempt=entry.attempt,
        pod=batch.id,
        state=success if cause is None else OutcomeState.FAILED,
        cause=cause,
        message=None if cause is None else f"simulated {cause}",
        parameters=entry.parameters,
        seconds=SECONDS,
        cpu_seconds=SECONDS,
        peak_memory_mb=10.0,
        started=utc(now),
        finished=utc(now),
    )
