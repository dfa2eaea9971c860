"""Where data sets come from, one source a file, resolved when an experiment is submitted.

Each source returns what it found (`found`), `canonical` checks it and makes the table. A new
source is a node in `spec.data_sets`, a file here, and a case in `resolve`.
"""

from __future__ import annotations

from pathlib import Path

from crosstrial.data.sources import bundled, csv_file, openml, packaged, parquet, synthetic
from crosstrial.data.sources.canonical import canonical_table
from crosstrial.data.sources.openml import suite_members
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import (
    CsvData,
    DataSet,
    OpenmlData,
    OpenmlTaskData,
    PackagedData,
    ParquetData,
    SklearnData,
    SyntheticData,
)
from crosstrial.spec.errors import CrosstrialError

__all__ = ["resolve", "suite_members"]


def resolve(dataset: DataSet, *, folder: Path) -> Table:
    """Fetch, check and type a data set.

    Args:
        dataset: as in the document.
        folder: where relative paths count from.

    Raises:
        InvalidError: it does not exist or cannot be used; the message names the data set.
        UnavailableError: whoever has it does not answer; likewise.
    """
    try:
        return _table(dataset, folder)
    except CrosstrialError as error:
        told = f"data set {dataset.name}: {error.message}"
        raise type(error)(told, error.remedy, at=error.at) from error


def _table(dataset: DataSet, folder: Path) -> Table:
    match dataset:
        case ParquetData():
            return parquet.read(dataset, folder)
        case SklearnData():
            found = bundled.find(dataset)
        case PackagedData():
            found = packaged.find(dataset)
        case CsvData():
            found = csv_file.find(dataset, folder)
        case SyntheticData():
            found = synthetic.find(dataset)
        case OpenmlData():
            found = openml.find(dataset)
        case OpenmlTaskData():
            found = openml.find_task(dataset)
    return canonical_table(found, group=dataset.group, time=dataset.time)
