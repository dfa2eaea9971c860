"""A batch: trials on one data set that one pod runs; self-contained, settled once.

Everything but `state` and `settlement` is fixed by the one insert that commits a batch.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.pair import PairSums
from crosstrial.domain.record import Record
from crosstrial.domain.trial import Trial
from crosstrial.spec.document import Evaluation, Pod, Preprocess
from crosstrial.spec.epochs import Epochs, NoPruner, Pruner
from crosstrial.spec.node import Task, Value

CONTROLLER_POD = "controller"  # who wrote a record that no worker could write


class BatchState(StrEnum):
    """Planned, launched, settled; or planned -> settled."""

    PLANNED = "planned"
    LAUNCHED = "launched"
    SETTLED = "settled"


class Entry(Record):
    """One line of a manifest: a trial, the number of this attempt, and its parameters.

    `kills`: how often it was a suspect when its container died; `interruptions`: how often it
    came back without an outcome. `used`: the outcomes of its search from which the parameters were
    suggested, as ranges of positions with both ends; none where they depend on no outcome.
    """

    model: str
    index: int
    attempt: int = 1
    parameters: dict[str, Value]
    kills: int = 0
    interruptions: int = 0
    used: tuple[tuple[int, int], ...] = ()


class BatchModel(Record):
    """What a worker must know of a model: its class for the batch's task, how it is trained.

    `command`: the program that is run for a trial, instead of a class.
    """

    name: str
    estimator: str
    preprocess: Preprocess
    epochs: Epochs | None = None
    command: tuple[str, ...] = ()


class Became(StrEnum):
    """What settlement made of a manifest position."""

    COUNTED = "counted"  # the outcome that it names counts
    UNFINISHED = "unfinished"  # waiting for a next attempt
    SUSPECT = "suspect"  # waiting, to be run among suspects only
    DROPPED = "dropped"  # no outcome, no next attempt: cancelled, or its data set is blocked


class Fate(Record):
    """One manifest position after settlement.

    `state`, `cause` and `attempt` are those of the outcome that was found, if any; the
    attempt is that of an earlier entry when a late outcome was salvaged.
    """

    became: Became
    state: OutcomeState | None = None
    cause: Cause | None = None
    attempt: int


class Settlement(Record):
    """What became of a batch, written once, by compare-and-set."""

    fates: tuple[Fate, ...]
    sums: tuple[PairSums, ...]
    cpu_seconds: float
    has_unfinished: bool
    has_retries: bool
    started: bool = True  # whether a pod of it has begun: else its trials were not interrupted
    pod: str | None = None
    cause: Cause | None = None  # why the pod ended early; None when it ended well
    message: str | None = None
    log: str = ""  # the last lines of a pod that ended early
    settled: datetime


class Batch(Record):
    """One batch. `cpu` in cores, `memory` and `max_memory` in bytes, durations in seconds."""

    uid: str
    number: int
    experiment: str
    revision: int
    dataset: str
    digest: str
    data_uri: str | None = None  # where the data file is; None: in the store
    task: Task
    seed: int
    evaluation: Evaluation
    pruner: Pruner = NoPruner()
    searches: int = 1  # of a pair; a trial is pruned by those of its own search
    trial_seconds: float
    cpu: float
    memory: int
    max_memory: int
    pod: Pod = Pod()  # for executors that make pods; no worker reads it
    models: tuple[BatchModel, ...]
    manifest: tuple[Entry, ...] = Field(min_length=1)
    suspects: bool = False  # run one after another, a fresh child each
    expected_seconds: float
    created: datetime
    place: str = ""  # the executor's that runs it, and that alone sees how it is
    state: BatchState = BatchState.PLANNED
    settlement: Settlement | None = None

    @property
    def id(self) -> str:
        """`<uid>-<number>`."""
        return batch_id(self.uid, self.number)

    @property
    def children(self) -> int:
        """How many trials run at once."""
        return 1 if self.suspects else max(1, int(self.cpu))

    @property
    def deadline_seconds(self) -> float:
        """How long the pod may live."""
        return 2 * self.expected_seconds + 600

    def trial(self, position: int) -> Trial:
        """Return the trial at a position of the manifest."""
        entry = self.manifest[position]
        return Trial(entry.model, self.dataset, entry.index)


class BatchSummary(Record):
    """A batch without its manifest: what a restarted controller reads of finished history."""

    number: int
    state: BatchState
    dataset: str
    sums: tuple[PairSums, ...] = ()
    cpu_seconds: float = 0.0
    has_unfinished: bool = False
    has_retries: bool = False


class StartRecord(Record):
    """The first thing that a batch's worker inserts; its id is the batch's."""

    batch: str
    pod: str
    node: str = ""
    image: str = ""
    versions: dict[str, str] = Field(default_factory=dict)  # library -> version
    dataset_error: str | None = None
    withdrawn: bool = False  # inserted by the controller: no pod may start any more
    started: datetime


def batch_id(uid: str, number: int) -> str:
    """Return the id of a batch, its Job and its start record."""
    return f"{uid}-{number}"


def uid_of(batch_id: str) -> str:
    """Return the uid of the experiment that a batch belongs to."""
    return batch_id.rpartition("-")[0]
