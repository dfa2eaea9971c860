"""Source `csv`: a file, by path or address.

UTF-8, comma-separated, names in the first line (`delimited` has the details). A cell is missing
where it is empty or one of NA, NaN, null, ? (`cells`). A column is numeric iff every cell that
is not missing is a number; all others are nominal, those of `true` and `false` included.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from crosstrial.data.files import place_of, read_bytes
from crosstrial.data.sources.cells import is_missing, number, texts, typed
from crosstrial.data.sources.delimited import columns_of, decoded
from crosstrial.data.sources.found import Found, Numbers, Texts
from crosstrial.data.sources.target import no_target, task_of_values
from crosstrial.spec.data_sets import CsvData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task


def find(dataset: CsvData, folder: Path) -> Found:
    """Return the columns of a file.

    Raises:
        InvalidError: the file cannot be read, has no such target, or a target that is not of
            the task.
        UnavailableError: its server does not answer.
    """
    place = place_of(dataset.uri, folder)
    columns = columns_of(decoded(read_bytes(dataset.uri, folder), place), place)
    if dataset.target not in columns:
        raise no_target(place, dataset.target, columns)
    return Found(
        features={name: typed(cells) for name, cells in columns.items() if name != dataset.target},
        target=dataset.target,
        values=_target(dataset.target, columns[dataset.target], dataset.task),
    )


def _target(name: str, cells: Sequence[str], task: Task | None) -> Numbers | Texts:
    task = task or task_of(cells)
    if task == "classification":
        return texts(cells)
    values = typed(cells)
    if isinstance(values, np.ndarray):
        return values
    row, label = next(
        (row, cell)
        for row, cell in enumerate(cells, start=1)
        if not is_missing(cell) and number(cell) is None
    )
    raise InvalidError(
        f"target {name} is {label!r} in row {row}, and regression needs numbers",
        "set task: classification, or mend the cell",
    )


def task_of(cells: Sequence[str]) -> Task:
    """Return the task of a target for which the document gives none.

    Texts, and whole numbers of at most ten different values, are labels: classification. All other
    numbers are quantities: regression.
    """
    return task_of_values(typed(cells))
