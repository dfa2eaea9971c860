"""From a document to what is registered: data sets by digest, models by class and task.

Everything that can be known to be wrong before a pod starts is found here: estimators, sources,
splits. Neighbours: `pairs` checks what meets, `registration` stores the result.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from crosstrial.client.large import stays_at
from crosstrial.client.pairs import pair_mistakes
from crosstrial.client.suites import with_members
from crosstrial.data.sources import resolve
from crosstrial.data.splits import make_splits
from crosstrial.data.table import Table, write_table
from crosstrial.decide.coverage import coverage_mistakes
from crosstrial.domain.experiment import RegisteredDataSet, RegisteredModel, Revision
from crosstrial.domain.record import utc
from crosstrial.loop.clock import utc_now
from crosstrial.spec.commands import command_mistakes
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, UnavailableError, raise_all
from crosstrial.spec.estimators import check_model, model_classes
from crosstrial.store.protocol import Store


@dataclass(frozen=True)
class Resolved:
    """A revision that could be registered, and the data sets that it refers to."""

    revision: Revision
    tables: Mapping[str, Table]  # by digest, those that the store is to have

    def upload(self, store: Store) -> None:
        """Put every data set into the store that is not there yet and does not stay elsewhere."""
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
    commands: tuple[str, ...] = (),
    number: int = 1,
    progress: Callable[[str], None] = lambda _: None,
) -> Resolved:
    """Fetch and check all that a document names.

    Args:
        document: as `spec.load` returns it.
        folder: where relative paths of data sets count from.
        modules: allowed prefixes of estimator classes.
        commands: allowed programs and folders of programs.
        number: the revision's number.
        progress: called with the name of each data set before it is resolved.

    Raises:
        InvalidError: estimators, data sets, splits or metrics that can't work, with the remedy;
            all mistakes of a kind at once.
        UnavailableError: whoever has a data set does not answer.
    """
    raise_all([*model_mistakes(document, modules, commands), *coverage_mistakes(document)])
    document = with_members(document, progress)
    tables = _tables(document, folder, progress)
    registered = tuple(_registered(name, table) for name, table in tables.items())
    revision = Revision(
        number=number,
        document=document,
        datasets=registered,
        models=tuple(
            RegisteredModel(name=name, classes=model_classes(model, modules))
            for name, model in document.models().items()
        ),
        submitted=utc(utc_now()),
    )
    raise_all(pair_mistakes(revision, modules))
    stored = {dataset.digest for dataset in registered if dataset.uri is None}
    return Resolved(
        revision, {table.digest: table for table in tables.values() if table.digest in stored}
    )


def model_mistakes(
    document: Experiment, modules: tuple[str, ...], commands: tuple[str, ...]
) -> Iterator[InvalidError]:
    """Yield what can't be loaded or may not be run, and parameters that estimators do not have."""
    yield from command_mistakes(document, commands)
    for at, model in document.placed_models().items():
        yield from check_model(model, modules, at=at)


def _tables(
    document: Experiment, folder: Path, progress: Callable[[str], None]
) -> dict[str, Table]:
    """Resolve every data set and make its splits.

    Raises:
        InvalidError: every data set that can't be used.
        UnavailableError: the first one that can't be had now.
    """
    tables: dict[str, Table] = {}
    mistakes: list[InvalidError] = []
    for at, dataset in document.placed_data_sets().items():
        progress(dataset.name)
        try:
            table = resolve(dataset, folder=folder)
            tables[dataset.name] = replace(table, uri=stays_at(table))
            _check_use(document, dataset.name, tables[dataset.name])
        except InvalidError as error:
            mistakes.append(error.below(at))
        except UnavailableError as error:
            raise error.below(at) from error
    raise_all(mistakes)
    return tables


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
        uri=table.uri,
    )


def _check_use(document: Experiment, name: str, table: Table) -> None:
    try:
        make_splits(
            document.spec.evaluation,
            digest=table.digest,
            task=table.schema.task,
            target=table.target,
            classes=table.schema.classes,
            marks=table.marks,
        )
    except InvalidError as error:
        raise InvalidError(f"data set {name}: {error.message}", error.remedy) from error
