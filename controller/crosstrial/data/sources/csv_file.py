"""Source `csv`: a file on the machine that submits.

UTF-8, comma-separated, names in the first line (`delimited` has the details). A cell is missing
where it is empty or one of NA, NaN, null, ? (`cells`). A column is numeric iff every cell that
is not missing is a number; all others are nominal, those of `true` and `false` included.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from crosstrial.data.sources.cells import is_missing, number, texts, typed
from crosstrial.data.sources.delimited import columns_of, decoded
from crosstrial.data.sources.found import Found, Numbers, Texts
from crosstrial.spec.document import CsvData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task
from crosstrial.spec.wording import choice

# Whole numbers with more values than this are quantities, with fewer they are labels.
MOST_NUMBERED_CLASSES = 10


def find(dataset: CsvData, folder: Path) -> Found:
    """Return the columns of a file.

    Raises:
        InvalidError: the file cannot be read, has no such target, or a target that is not of
            the task.
    """
    path = folder / dataset.uri
    columns = columns_of(decoded(_content(dataset.uri, path), str(path)), str(path))
    if dataset.target not in columns:
        raise InvalidError(
            f"{path} has no column {dataset.target!r} for a target",
            choice(dataset.target, columns),
        )
    return Found(
        features={name: typed(cells) for name, cells in columns.items() if name != dataset.target},
        target=dataset.target,
        values=_target(dataset.target, columns[dataset.target], dataset.task),
    )


def _content(uri: str, path: Path) -> bytes:
    if "://" in uri:
        raise InvalidError(
            f"{uri} is not a path, and the source csv reads files of this machine",
            "download it, and give its path",
        )
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InvalidError(
            f"there is no file {path}", "relative paths count from the document's folder"
        ) from error
    except IsADirectoryError as error:
        raise InvalidError(f"{path} is a folder", "give the path of a file") from error
    except OSError as error:
        raise InvalidError(
            f"{path} cannot be read: {error.strerror}", "make it readable"
        ) from error


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
    values = typed(cells)
    if not isinstance(values, np.ndarray):
        return "classification"
    different = np.unique(values[np.isfinite(values)])
    whole = bool((different == np.floor(different)).all())
    few = len(different) <= MOST_NUMBERED_CLASSES
    return "classification" if whole and few else "regression"
