"""Source `parquet`: a file, by path or address; columns have the types that it declares.

A data file of crosstrial's own (`table.write_table`) is taken as it is.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from crosstrial.data.files import place_of, read_bytes
from crosstrial.data.sources.arrow import columns_of, read_arrow
from crosstrial.data.sources.canonical import canonical_table
from crosstrial.data.sources.found import Found
from crosstrial.data.sources.target import no_target, target_of
from crosstrial.data.table import SCHEMA_KEY, DamagedTableError, Table, table_of
from crosstrial.spec.addresses import is_address
from crosstrial.spec.data_sets import ParquetData
from crosstrial.spec.errors import InvalidError

if TYPE_CHECKING:
    import pyarrow as pa


def read(dataset: ParquetData, folder: Path) -> Table:
    """Return the table of a file.

    Raises:
        InvalidError: the file cannot be read, has no such target, a target that is not of the
            task, or columns that are neither numbers nor texts; or it is a data file that was
            written for something else.
        UnavailableError: its server does not answer.
    """
    place = place_of(dataset.uri, folder)
    arrow = read_arrow(read_bytes(dataset.uri, folder), place)
    own = _own_table(arrow, place)
    if own is not None:
        if not _is_declared(own, dataset):
            raise InvalidError(
                f"{place} is a data file that was written for another target, task, group or time",
                "name those that it was written for, or convert its source again",
            )
        uri = dataset.uri if is_address(dataset.uri) else str((folder / dataset.uri).resolve())
        return replace(own, uri=uri)
    found = _found(dataset, arrow, place)
    return canonical_table(found, group=dataset.group, time=dataset.time)


def _found(dataset: ParquetData, arrow: pa.Table, place: str) -> Found:
    columns = columns_of(arrow, place, moments=(dataset.time, dataset.group))
    if dataset.target not in columns:
        raise no_target(place, dataset.target, columns)
    return Found(
        features={name: values for name, values in columns.items() if name != dataset.target},
        target=dataset.target,
        values=target_of(dataset.target, columns[dataset.target], dataset.task),
    )


def _own_table(arrow: pa.Table, place: str) -> Table | None:
    if SCHEMA_KEY not in (arrow.schema.metadata or {}):
        return None
    try:
        return table_of(arrow, place)
    except DamagedTableError as error:
        raise InvalidError(str(error), "write it again by `crosstrial convert`") from error


def _is_declared(table: Table, dataset: ParquetData) -> bool:
    """Whether a data file was written for what the document says of it."""
    schema = table.schema
    marks = {mark.kind: mark.name for mark in schema.marks if mark.kind != "fold"}
    declared = {"group": dataset.group, "time": dataset.time}
    return (
        schema.target == dataset.target
        and schema.task == (dataset.task or schema.task)
        and marks == {kind: name for kind, name in declared.items() if name is not None}
    )
