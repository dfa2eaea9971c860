"""The experiment document `crosstrial/v1` as frozen nodes; `load` makes them from text.

Nodes hold the normal form: shorthands are expanded, defaults are filled in, bare values are
constants. Two documents mean the same iff their nodes are equal (see `identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from crosstrial.spec.data_sets import DataSet, GroupItem, OpenmlSuiteData
from crosstrial.spec.epochs import Epochs, NoPruner, Pruner
from crosstrial.spec.errors import Location
from crosstrial.spec.node import TASKS, Item, Items, Node, Task
from crosstrial.spec.space import Point, Space
from crosstrial.spec.splitting import HoldoutSplit, InnerSplit, OuterSplit

API_VERSION = "crosstrial/v1"
BASELINE = "baseline"

# What a pair without any success counts as when models are compared.
Missing: TypeAlias = Literal["baseline", "drop_dataset", "worst_rank"]


class Metadata(Node):
    """The name is the experiment's identity in the store."""

    name: str
    labels: dict[str, str] = Field(default_factory=dict)


class Preprocess(Node):
    """What happens to columns and target before a model sees them, fitted on training parts."""

    impute: Literal["median", "mean", "none"] = "median"
    encode: Literal["onehot", "ordinal", "native"] = "onehot"
    scale: Literal["none", "standard", "robust", "quantile"] = "none"
    target: Literal["none", "standard"] = "none"


class TaskClasses(Node):
    """One estimator class a task, as dotted paths."""

    classification: str | None = None
    regression: str | None = None


class Command(Node):
    """A program of the image, run once a trial; `tasks` are those that it serves."""

    command: Items[str]
    tasks: Items[Task] = TASKS


def _form(written: object) -> str:
    """Tell what was meant, so that mistakes are told of that."""
    if isinstance(written, str):
        return "class"
    is_command = "command" in written if isinstance(written, dict) else type(written) is Command
    return "command" if is_command else "classes"


class Model(Node):
    """A kind of model: its class or classes, or its program; its preprocessing and its space."""

    name: str
    model: Annotated[
        Annotated[str, Tag("class")]
        | Annotated[TaskClasses, Tag("classes")]
        | Annotated[Command, Tag("command")],
        Discriminator(_form),
    ]
    preprocess: Preprocess = Preprocess()
    points: Items[Point] = ()  # `default` has become the empty point
    space: Space = Field(default_factory=dict)
    skip_other_tasks: bool = False
    epochs: Epochs | None = None


class Sampler(Node):
    """How points are drawn; `levels` are those of a continuous parameter on a grid."""

    kind: Literal["random", "grid", "sobol", "halton", "tpe"] = "random"
    levels: int | None = Field(default=None, ge=1)


class Metrics(Node):
    """scikit-learn scorer names for each task; the first is the primary one by default."""

    classification: Items[str] = ("balanced_accuracy",)
    regression: Items[str] = ("neg_root_mean_squared_error",)


class Primary(Node):
    """The metric that selects, for each task; always one of `metrics`."""

    classification: str = "balanced_accuracy"
    regression: str = "neg_root_mean_squared_error"


class Evaluation(Node):
    """How a configuration is scored."""

    seed: int = 0
    outer: OuterSplit = HoldoutSplit()
    inner: InnerSplit = InnerSplit()
    stratify: Literal["auto", True, False] = "auto"
    metrics: Metrics = Metrics()
    primary: Primary = Primary()
    failures: Literal["count", "replace"] = "count"
    missing: Missing = "baseline"


class Limits(Node):
    """What ends a trial, a pair, or the experiment. Durations are kept in seconds."""

    trial_seconds: float = Field(default=300.0, gt=0)
    parallel_batches: int = Field(default=4, ge=1)
    failures_per_pair: int = Field(default=30, ge=1)
    wall_clock: float | None = Field(default=None, gt=0)
    cpu_hours: float | None = Field(default=None, gt=0)


class Batching(Node):
    """How much work one batch holds."""

    target_seconds: float = Field(default=60.0, gt=0)
    max_trials: int = Field(default=5000, ge=1, le=5000)


class Resources(Node):
    """What one batch's pod asks for; normal form: cores and bytes."""

    cpu: float = 1.0
    memory: int = 1 << 30
    max_memory: int = 4 << 30

    @property
    def children(self) -> int:
        """How many trials a batch runs at once."""
        return max(1, int(self.cpu))


class Pod(Node):
    """What else goes into the pod; parsed here, used on Kubernetes only."""

    image: str | None = None
    node_selector: dict[str, str] = Field(default_factory=dict)
    tolerations: Items[dict[str, Any]] = ()
    priority_class_name: str | None = None
    queue: str | None = None


class ExperimentSpec(Node):
    """What is wanted: data groups meet model groups, `runsPerPair` outcomes each and search."""

    seed: int = 0
    data_groups: dict[str, Items[GroupItem]]
    model_groups: dict[str, Items[Model]]
    applications: dict[str, Items[str]]
    runs_per_pair: int = Field(ge=1)
    searches: int = Field(default=1, ge=1, le=100)
    seconds_per_pair: float | None = Field(default=None, gt=0)
    sampler: Sampler = Sampler()
    pruner: Pruner = NoPruner()
    evaluation: Evaluation = Evaluation()
    limits: Limits = Limits()
    batch: Batching = Batching()
    resources: Resources = Resources()
    pod: Pod = Pod()

    @property
    def trials_per_pair(self) -> int:
        """How many outcomes are wanted of each pair, those of all its searches."""
        return self.runs_per_pair * self.searches

    def data_sets_of(self, data_group: str) -> list[DataSet]:
        """Return the data sets of a group, those of its suites included."""
        return [
            dataset
            for item in self.data_groups[data_group]
            for dataset in (item.members if isinstance(item, OpenmlSuiteData) else (item,))
        ]


class Experiment(Node):
    """A whole document."""

    api_version: Literal["crosstrial/v1"]
    kind: Literal["Experiment"]
    metadata: Metadata
    spec: ExperimentSpec

    def data_sets(self) -> dict[str, DataSet]:
        """Return every data set of every group, by name, in the order of the document."""
        return {d.name: d for d in self.placed_data_sets().values()}

    def models(self) -> dict[str, Model]:
        """Return every model of every group, by name, in the order of the document."""
        return {m.name: m for m in self.placed_models().values()}

    def placed_data_sets(self) -> dict[Location, DataSet]:
        """Return every data set by its place in the document."""
        found: dict[Location, DataSet] = {}
        for at, item in self.placed_group_items().items():
            if isinstance(item, OpenmlSuiteData):
                found |= {(*at, "members", i): one for i, one in enumerate(item.members)}
            else:
                found[at] = item
        return found

    def placed_group_items(self) -> dict[Location, DataSet | OpenmlSuiteData]:
        """Return what stands in the data groups by its place, suites as they are written."""
        return _placed("dataGroups", self.spec.data_groups)

    def placed_models(self) -> dict[Location, Model]:
        """Return every model by its place in the document."""
        return _placed("modelGroups", self.spec.model_groups)


def _placed(key: str, groups: Mapping[str, Iterable[Item]]) -> dict[Location, Item]:
    return {
        ("spec", key, name, position): item
        for name, group in groups.items()
        for position, item in enumerate(group)
    }
