"""What `plan` decides from: the world as one tick observed it, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from crosstrial.domain.batch import Batch, Entry, StartRecord
from crosstrial.domain.execution import Execution
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairSums
from crosstrial.domain.trial import Trial
from crosstrial.spec.space import Point


@dataclass(frozen=True)
class Waiting:
    """A trial that its latest settled batch left without a counted outcome.

    `entry` is ready for the next manifest: its attempt is the next one. `memory` (bytes) is
    what the next batch must have; a suspect runs among suspects only.
    """

    trial: Trial
    entry: Entry
    suspect: bool
    memory: int


class Refused(NamedTuple):
    """What the store or the executor has just refused; a new batch nothing asks for again soon."""

    reason: str
    message: str
    new_batch: bool


class Refusal(NamedTuple):
    """What was refused of an experiment, in which revision, and when."""

    refused: Refused
    revision: int
    at: datetime


class FalseStart(NamedTuple):
    """A batch that was settled without ever having started."""

    number: int
    settled: datetime


@dataclass(frozen=True)
class Progress:
    """What the settled batches of one experiment add up to (see `decide.progress`).

    `last_started` is the highest number of a batch that has started; None before the first.
    """

    sums: Mapping[Pair, PairSums] = field(default_factory=dict)
    waiting: Mapping[Trial, Waiting] = field(default_factory=dict)
    blocked: frozenset[str] = frozenset()  # data sets that workers could not read
    cpu_seconds: float = 0.0
    last_started: int | None = None
    last_false_start: FalseStart | None = None


@dataclass(frozen=True)
class Tried:
    """What a sampler may learn from the settled batches of one pair, by index.

    `points` are all that were handed out. `scores` are validation scores by the primary metric,
    greater is better: None of what the configuration itself has failed or was pruned for; what
    failed by the cluster's doing has none.
    """

    points: Mapping[int, Point] = field(default_factory=dict)
    scores: Mapping[int, float | None] = field(default_factory=dict)


@dataclass(frozen=True)
class LiveBatch:
    """An unsettled batch and what is seen of it.

    `outcomes` are given once nothing of it runs any more (its execution ended or is absent):
    every outcome that exists under an id of its trials, earlier attempts' included. One that is
    `elsewhere` is another controller's to settle; a `foreign` one was, and is given up by now.
    """

    batch: Batch
    execution: Execution | None = None
    start: StartRecord | None = None
    outcomes: tuple[Outcome, ...] | None = None
    elsewhere: bool = False
    foreign: bool = False


@dataclass(frozen=True)
class ExperimentView:
    """One experiment that is not at rest.

    `next_number` is the number of the next batch; every batch below it is in view.
    `elapsed_seconds` are unpaused seconds up to now. `tried` is empty unless the sampler learns.
    """

    record: ExperimentRecord
    progress: Progress
    live: tuple[LiveBatch, ...]
    next_number: int
    elapsed_seconds: float
    tried: Mapping[Pair, Tried] = field(default_factory=dict)

    @property
    def is_partly_elsewhere(self) -> bool:
        """Whether another controller has batches of it to settle."""
        return any(live.elsewhere for live in self.live)


@dataclass(frozen=True)
class Snapshot:
    """Everything that one tick saw.

    `executions` are all that the executor knows, by batch id, those of settled or unknown
    batches included. `capacity` is how many more batches this executor takes; None: no bound.
    `refusals` are remembered from earlier ticks, by experiment.
    """

    experiments: tuple[ExperimentView, ...]
    executions: Mapping[str, Execution]
    capacity: int | None = None
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
