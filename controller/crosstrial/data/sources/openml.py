"""Sources `openml`, `openml-task` and `openml-suite`: data sets, targets and splits of OpenML.

Columns have the types that OpenML declares. What it marks as an identifier or to be ignored, free
texts and dates are left out. A data set is read from its Parquet file where OpenML offers one, else
from its ARFF file (`openml_client` fetches, `openml_files` reads).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from crosstrial.data.sources.arrow import columns_of, read_arrow
from crosstrial.data.sources.found import Found, Numbers, Texts
from crosstrial.data.sources.openml_client import (
    Description,
    Feature,
    OpenmlClient,
    Procedure,
    SourceData,
    TaskDescription,
)
from crosstrial.data.sources.openml_files import arff_columns, recorded_folds
from crosstrial.data.sources.target import no_target, target_of
from crosstrial.spec.data_sets import OpenmlData, OpenmlSuiteData, OpenmlTaskData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task

# By OpenML's number of the kind of task.
TASKS: dict[int, Task] = {1: "classification", 2: "regression"}
USABLE = frozenset({"numeric", "nominal"})
NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def find(dataset: OpenmlData) -> Found:
    """Return a data set; its target is the declared one, unless the document names another.

    Raises:
        InvalidError: there is none of this ID, or it cannot be used.
        UnavailableError: OpenML does not answer.
    """
    client = OpenmlClient.from_environment()
    description = client.description(dataset.id)
    target = dataset.target or _declared_target(description)
    return _found(client, dataset.id, description, target, task=None)


def find_task(dataset: OpenmlTaskData) -> Found:
    """Return a task's data set with its target and its recorded splits.

    Raises:
        InvalidError: there is none of this ID, or it cannot be used.
        UnavailableError: OpenML does not answer.
    """
    client = OpenmlClient.from_environment()
    described = client.task(dataset.id)
    task = TASKS.get(described.task_type_id)
    if task is None:
        raise InvalidError(
            f"task {dataset.id} of OpenML is {described.task_type or 'of another kind'}",
            "name one of supervised classification or regression",
        )
    data, procedure = _parts(described, dataset.id)
    description = client.description(data.data_set_id)
    found = _found(client, data.data_set_id, description, data.target_feature, task=task)
    if procedure.data_splits_url is None:
        return found
    content = client.splits_file(procedure.data_splits_url, dataset.id)
    place = f"the splits of task {dataset.id}"
    return replace(found, folds=recorded_folds(content, place, rows=len(found.values)))


def suite_members(suite: OpenmlSuiteData) -> tuple[OpenmlTaskData, ...]:
    """Return the tasks of a suite, named by data set and number: `electricity-361110`.

    Raises:
        InvalidError: there is no such suite.
        UnavailableError: OpenML does not answer.
    """
    client = OpenmlClient.from_environment()
    return tuple(_member(client, task) for task in client.suite_tasks(suite.id))


def _member(client: OpenmlClient, task: int) -> OpenmlTaskData:
    data, _ = _parts(client.task(task), task)
    name = NO_NAME.sub("-", client.description(data.data_set_id).name).strip("._-")
    return OpenmlTaskData(name=f"{name or 'task'}-{task}", source="openml-task", id=task)


def _parts(described: TaskDescription, task: int) -> tuple[SourceData, Procedure]:
    data = next((part.data_set for part in described.input if part.data_set), None)
    procedures = (part.estimation_procedure for part in described.input)
    if data is None:
        raise InvalidError(f"task {task} of OpenML names no data set", "choose another task")
    return data, next((one for one in procedures if one), Procedure())


def _declared_target(description: Description) -> str:
    declared = description.default_target_attribute
    if not declared or "," in declared:
        raise InvalidError(
            f"data set {description.name} of OpenML has "
            + (f"several targets, {declared}" if declared else "no declared target"),
            "name one by `target: a-column`",
        )
    return declared


def _found(
    client: OpenmlClient, data_id: int, description: Description, target: str, task: Task | None
) -> Found:
    place = f"data set {description.name} of OpenML"
    columns = _columns(client, description, place)
    features = {feature.name: feature for feature in client.features(data_id)}
    if target not in features or target not in columns:
        raise no_target(place, target, columns)
    unknown = next((name for name in columns if name not in features), None)
    if unknown is not None:
        raise InvalidError(
            f"{place} has a column {unknown} that its description does not have",
            "choose another version of it, or tell OpenML",
        )
    used = _used(features, description)
    return Found(
        features={
            name: _as_declared(features[name], values, place)
            for name, values in columns.items()
            if name in used and name != target
        },
        target=target,
        values=target_of(target, columns[target], task or _task_of(features[target])),
    )


def _as_declared(feature: Feature, values: Numbers | Texts, place: str) -> Numbers | Texts:
    """Return a column with its declared type; in Parquet files, codes may be kept as numbers."""
    if feature.data_type == "nominal":
        return target_of(feature.name, values, "classification")
    if not isinstance(values, np.ndarray):
        raise InvalidError(
            f"column {feature.name} of {place} is declared as numeric and holds texts",
            "choose another version of it, or tell OpenML",
        )
    return values


def _task_of(target: Feature) -> Task:
    return "regression" if target.data_type == "numeric" else "classification"


def _used(features: Mapping[str, Feature], description: Description) -> set[str]:
    left_out = {*description.ignore_attribute, description.row_id_attribute}
    return {
        name
        for name, feature in features.items()
        if feature.data_type in USABLE
        and not (feature.is_ignore or feature.is_row_identifier or name in left_out)
    }


def _columns(
    client: OpenmlClient, description: Description, place: str
) -> dict[str, Numbers | Texts]:
    if description.parquet_url:
        content = client.parquet_file(description, description.parquet_url)
        arrow = read_arrow(content, place)
        return columns_of(arrow, place, moments=arrow.column_names)
    if description.format.lower() != "arff":
        raise InvalidError(
            f"{place} is kept as {description.format}, which is not read here",
            "choose another version of it",
        )
    return arff_columns(client.file(description), place)
