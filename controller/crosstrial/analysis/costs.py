"""What trials cost: wall seconds, core hours, memory; by model, or by data set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

from crosstrial.domain.outcome import Outcome, OutcomeState

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True)
class Cost:
    """What the trials of one model, or on one data set, cost; failed ones included.

    `seconds` are wall seconds of all trials, `core_hours` CPU time, `peak_memory_mb` the most
    that any trial took (MiB), `failed_seconds` the wall seconds spent on failures.
    """

    name: str
    trials: int
    seconds: float
    median_seconds: float
    core_hours: float
    peak_memory_mb: float
    failed_seconds: float


def costs(outcomes: Iterable[Outcome], *, of: Callable[[Outcome], str]) -> tuple[Cost, ...]:
    """Return the cost of each group of trials, the dearest first.

    Args:
        outcomes: of the trials that count.
        of: the name of the group that an outcome belongs to.
    """
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[of(outcome)].append(outcome)
    found = [_cost(name, members) for name, members in groups.items()]
    return tuple(sorted(found, key=lambda cost: (-cost.core_hours, cost.name)))


def _cost(name: str, outcomes: list[Outcome]) -> Cost:
    return Cost(
        name=name,
        trials=len(outcomes),
        seconds=sum(o.seconds for o in outcomes),
        median_seconds=median(o.seconds for o in outcomes),
        core_hours=sum(o.cpu_seconds for o in outcomes) / SECONDS_PER_HOUR,
        peak_memory_mb=max(o.peak_memory_mb for o in outcomes),
        failed_seconds=sum(o.seconds for o in outcomes if o.state is OutcomeState.FAILED),
    )
