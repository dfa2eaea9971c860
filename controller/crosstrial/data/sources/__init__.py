"""Where data sets come from, one source a file, resolved when an experiment is submitted.

Each source returns what it found (`found`), `canonical` checks it and makes the table. A new
source is a node in `spec.document`, a file here, and a case in `resolve`.
"""

from __future__ import annotations

from pathlib import Path

from crosstrial.data.sources import bundled, csv_file, packaged, synthetic
from crosstrial.data.sources.canonical import canonical_table
from crosstrial.data.sources.found import Found
from crosstrial.data.table import Table
from crosstrial.spec.document import CsvData, DataSet, PackagedData, SklearnData, SyntheticData
from crosstrial.spec.errors import InvalidError

__all__ = ["resolve"]


def resolve(dataset: DataSet, *, folder: Path) -> Table:
    """Fetch, check and type a data set.

    Args:
        dataset: as in the document.
        folder: where relative paths count from.

    Raises:
        InvalidError: it does not exist or cannot be used; the message names the data set.
    """
    try:
        return canonical_table(_found(dataset, folder))
    except InvalidError as error:
        raise type(error)(f"data set {dataset.name}: {error.message}", error.remedy) from error


def _found(dataset: DataSet, folder: Path) -> Found:
    match dataset:
        case SklearnData():
            return bundled.find(dataset)
        case PackagedData():
            return packaged.find(dataset)
        case CsvData():
            return csv_file.find(dataset, folder)
        case SyntheticData():
            return synthetic.find(dataset)
