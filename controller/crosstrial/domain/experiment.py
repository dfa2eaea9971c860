"""An experiment as it is registered: its revisions, its state, and what is said about it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import Field

from crosstrial.domain.pair import Pair
from crosstrial.domain.record import Record
from crosstrial.spec.document import BASELINE, Experiment
from crosstrial.spec.node import Task

BASELINE_CLASSES: dict[Task, str] = {
    "classification": "sklearn.dummy.DummyClassifier",
    "regression": "sklearn.dummy.DummyRegressor",
}


class ExperimentState(StrEnum):
    """What is wanted of an experiment; changed by compare-and-set on (state, revision)."""

    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    DELETING = "deleting"

    @property
    def ended(self) -> bool:
        """Whether nothing more will be run for it."""
        return self in (self.COMPLETED, self.CANCELLED, self.DELETING)

    def may_become(self, state: ExperimentState) -> bool:
        """Whether the transition table has this step."""
        return state in TRANSITIONS[self]


TRANSITIONS: dict[ExperimentState, frozenset[ExperimentState]] = {
    ExperimentState.ACTIVE: frozenset(
        {
            ExperimentState.PAUSED,
            ExperimentState.COMPLETED,
            ExperimentState.CANCELLED,
            ExperimentState.DELETING,
        }
    ),
    ExperimentState.PAUSED: frozenset(
        {
            ExperimentState.ACTIVE,
            ExperimentState.COMPLETED,
            ExperimentState.CANCELLED,
            ExperimentState.DELETING,
        }
    ),
    # An update that extends a completed experiment reopens it.
    ExperimentState.COMPLETED: frozenset({ExperimentState.ACTIVE, ExperimentState.DELETING}),
    ExperimentState.CANCELLED: frozenset({ExperimentState.DELETING}),
    ExperimentState.DELETING: frozenset(),
}


class Condition(Record):
    """One thing that is said about an experiment, as Kubernetes says it of an object."""

    type: str
    status: Literal["True", "False", "Unknown"]
    reason: str
    message: str
    last_transition_time: datetime


class RegisteredDataSet(Record):
    """A data set as it was resolved at submission.

    `uri`: where its file stays that is too large for the store; None: the store has it.
    """

    name: str
    digest: str
    task: Task
    rows: int
    numeric: int
    nominal: int
    classes: int | None = None
    uri: str | None = None


class RegisteredModel(Record):
    """A model's class for each task that it serves, as the client found them."""

    name: str
    classes: dict[Task, str]


class Revision(Record):
    """One accepted version of the document, with what the client resolved."""

    number: int
    document: Experiment
    datasets: tuple[RegisteredDataSet, ...]
    models: tuple[RegisteredModel, ...]
    submitted: datetime

    def pairs(self) -> tuple[Pair, ...]:
        """Return every pair of the applications once, in the order of the document.

        A pair whose model has no class for the data set's task is left out: submission has
        refused it unless the model says `skipOtherTasks`.
        """
        tasks = {dataset.name: dataset.task for dataset in self.datasets}
        classes = {model.name: model.classes for model in self.models}
        spec = self.document.spec
        found = {
            Pair(model.name, dataset.name): None
            for data_group, model_groups in spec.applications.items()
            for dataset in spec.data_sets_of(data_group)
            for model_group in model_groups
            for model in spec.model_groups[model_group]
            if tasks[dataset.name] in classes[model.name]
        }
        return tuple(found)

    def estimator(self, pair: Pair) -> str:
        """Return the class path of a pair's model for its data set's task."""
        task = self.dataset(pair.dataset).task
        if pair.model == BASELINE:
            return BASELINE_CLASSES[task]
        return next(m.classes[task] for m in self.models if m.name == pair.model)

    def dataset(self, name: str) -> RegisteredDataSet:
        """Return the resolved data set of a name."""
        return next(dataset for dataset in self.datasets if dataset.name == name)


class Status(Record):
    """What the controller alone writes."""

    elapsed_seconds: float = 0.0  # unpaused, from the first batch on
    conditions: tuple[Condition, ...] = ()
    started: datetime | None = None
    ended: datetime | None = None

    def condition(self, kind: str) -> Condition | None:
        """Return the condition of a type, if it was ever set."""
        return next((c for c in self.conditions if c.type == kind), None)

    def with_condition(self, condition: Condition) -> Status:
        """Return the status with one condition set; an unchanged status keeps its time."""
        old = self.condition(condition.type)
        if old and old.status == condition.status:
            condition = condition.model_copy(
                update={"last_transition_time": old.last_transition_time}
            )
        others = tuple(c for c in self.conditions if c.type != condition.type)
        return self.model_copy(update={"conditions": (*others, condition)})


class ExperimentRecord(Record):
    """One registered experiment. `name` is unique while it exists, `uid` for ever."""

    name: str
    uid: str
    state: ExperimentState
    revision: int
    revisions: tuple[Revision, ...] = Field(min_length=1)
    status: Status = Status()
    created: datetime

    @property
    def latest(self) -> Revision:
        """The revision in force."""
        return self.revisions[-1]
