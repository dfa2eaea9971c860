"""From a document to what is registered: data sets by digest, models by class and task.

Everything that can be known to be wrong before a pod starts is found here: sources, splits,
estimators, scorers. Neighbours: `registration` stores the result.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from crosstrial.data.sources import resolve
from crosstrial.data.splits import make_splits
from crosstrial.data.table import Table, write_table
from crosstrial.domain.experiment import RegisteredDataSet, RegisteredModel, Revision
from crosstrial.domain.record import utc
from crosstrial.loop.clock import utc_now
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.estimators import model_classes
from crosstrial.spec.node import Task
from crosstrial.spec.scorers import SCORERS
from crosstrial.store.protocol import Store


@dataclass(frozen=True)
class Resolved:
    """A revision that could be registered, and the data sets that it refers to."""

    revision: Revision
    tables: Mapping[str, Table]  # by digest

    def upload(self, store: Store) -> None:
        """Put every data set into the store that is not there yet."""
        for digest, table in self.tables.items():
            if not store.has_dataset(digest):
                _upload(store, digest, table)


def _upload(store: Store, digest: str, table: Table) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        write_table(table, path)
        store.put_dataset(digest, path)


def resolve_document(
    document: Experiment,
    *,
    folder: Path,
    modules: tuple[str, ...],
    number: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Resolved:
    """Fetch and check all that a document names.

    Args:
        document: as `spec.load` returns it.
        folder: where relative paths of data sets count from.
        modules: allowed prefixes of estimator classes.
        number: the revision's number.
        progress: called with the name of each data set before it is resolved.

    Raises:
        InvalidError: a data set, split, estimator or metric that can't work, with the remedy.
    """
    models = tuple(
        RegisteredModel(name=name, classes=model_classes(model, modules))
        for name, model in document.models().items()
    )
    tables: dict[str, Table] = {}
    for name, dataset in document.data_sets().items():
        progress(name)
        tables[name] = resolve(dataset, folder=folder)
        _check(document, name, tables[name])
    revision = Revision(
        number=number,
        document=document,
        datasets=tuple(_registered(name, table) for name, table in tables.items()),
        models=models,
        submitted=utc(utc_now()),
    )
    check_pairs(revision)
    return Resolved(revision, {table.digest: table for table in tables.values()})


def _registered(name: str, table: Table) -> RegisteredDataSet:
    kinds = [column.kind for column in table.schema.columns]
    classes = table.schema.classes
    return RegisteredDataSet(
        name=name,
        digest=table.digest,
        task=table.schema.task,
        rows=len(table.frame),
        numeric=kinds.count("numeric"),
        nominal=kinds.count("nominal"),
        classes=None if classes is None else len(classes),
    )


def _check(document: Experiment, name: str, table: Table) -> None:
    evaluation = document.spec.evaluation
    try:
        make_splits(
            evaluation, digest=table.digest, task=table.schema.task, target=table.target
        )
    except InvalidError as error:
        raise type(error)(f"data set {name}: {error.message}", error.remedy) from error
    classes = table.schema.classes
    if classes is not None and len(classes) > 2:
        _check_many_classes(evaluation.primary.classification, name, len(classes))


def _check_many_classes(metric: str, name: str, classes: int) -> None:
    if SCORERS[metric].binary_only:
        raise InvalidError(
            f"spec.evaluation.primary.classification: {metric} is for two classes, and data set"
            f" {name} has {classes}",
            "choose a metric for many classes, such as balanced_accuracy or f1_macro",
        )


def check_pairs(revision: Revision) -> None:
    """Refuse a model without a class for a data set that its groups are applied to.

    Raises:
        InvalidError: names the first such pair and the remedy.
    """
    spec = revision.document.spec
    tasks = {dataset.name: dataset.task for dataset in revision.datasets}
    classes = {model.name: model.classes for model in revision.models}
    for data_group, model_groups in spec.applications.items():
        for model in (m for group in model_groups for m in spec.model_groups[group]):
            for dataset in spec.data_groups[data_group]:
                task = tasks[dataset.name]
                if task not in classes[model.name] and not model.skip_other_tasks:
                    raise InvalidError(*_no_class(model.name, dataset.name, task))
    if not revision.pairs():
        raise InvalidError(
            "spec.applications: no pair is left, every model skips the tasks of its data sets",
            "apply a model group that has a class for the task",
        )


def _no_class(model: str, dataset: str, task: Task) -> tuple[str, str]:
    return (
        f"model {model} has no class for {task}, the task of data set {dataset}",
        f"write `model: {{{task}: ...}}`, or `skipOtherTasks: true` in the model's entry",
    )
