"""OpenML's ARFF files, by liac-arff: the columns of a data set, and the splits of a task."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosstrial.data.sources.delimited import decoded
from crosstrial.data.sources.found import Numbers, Texts
from crosstrial.spec.errors import InvalidError

NUMERIC = frozenset({"NUMERIC", "REAL", "INTEGER"})
SPLIT_COLUMNS = ("type", "rowid", "repeat", "fold")
NUMBERS_END = 2**31
MOST_REPEATS = 1000


def arff_columns(content: bytes, place: str) -> dict[str, Numbers | Texts]:
    """Return the columns with the types that are declared.

    Raises:
        InvalidError: the file cannot be read.
    """
    decoded_arff = _loaded(content, place)
    rows = decoded_arff["data"]
    if not rows:
        raise InvalidError(f"{place} has no rows", "choose another data set")
    names = [name for name, _ in decoded_arff["attributes"]]
    types = [kind for _, kind in decoded_arff["attributes"]]
    cells = zip(*rows, strict=True)
    return {
        # A nominal column's type is the list of its values.
        name: _numbers(values) if str(kind).upper() in NUMERIC else list(values)
        for name, kind, values in zip(names, types, cells, strict=True)
    }


def _loaded(content: bytes, place: str) -> dict[str, Any]:
    try:
        import arff  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise InvalidError(
            f"{place} is kept as ARFF, which liac-arff reads, and that is not installed",
            "pip install 'crosstrial[remote]'",
        ) from error
    try:
        loaded: dict[str, Any] = arff.loads(decoded(content, place))
    except (arff.ArffException, ValueError) as error:
        told = str(error).strip().partition("\n")[0]
        raise InvalidError(
            f"{place} cannot be read as ARFF: {told}", "choose another version of it"
        ) from error
    return loaded


def _numbers(values: tuple[float | None, ...]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def recorded_folds(content: bytes, place: str, *, rows: int) -> NDArray[np.int64]:
    """Return in which fold each row is tested, rows x repeats; -1 for none.

    Raises:
        InvalidError: the splits are not of these rows, or something else than: what is not tested
            is for training.
    """
    columns = arff_columns(content, place)
    if any(name not in columns for name in SPLIT_COLUMNS):
        raise InvalidError(
            f"{place} have not the columns {', '.join(SPLIT_COLUMNS)}", "choose another task"
        )
    tested = np.array([kind == "TEST" for kind in columns["type"]])
    if not tested.any():
        raise InvalidError(f"{place} test no row", "choose another task")
    row, repeat, fold = (_whole(columns[name], place) for name in SPLIT_COLUMNS[1:])
    if row.max() >= rows:
        raise InvalidError(
            f"{place} name row {row.max()}, and its data set has {rows} rows", "choose another task"
        )
    if repeat.max() >= MOST_REPEATS or fold.max() >= rows:
        raise InvalidError(
            f"{place} name repeat {repeat.max()} and fold {fold.max()}, and its data set has"
            f" {rows} rows",
            "choose another task",
        )
    folds = np.full((rows, repeat.max() + 1), -1, np.int64)
    folds[row[tested], repeat[tested]] = fold[tested]
    _refuse_other_procedures(folds, (tested, row, repeat, fold), place)
    return folds


def _whole(values: Numbers | Texts, place: str) -> NDArray[np.int64]:
    try:
        numbers = np.array([-1.0 if value in (None, "") else float(value or 0) for value in values])
    except ValueError:
        numbers = np.array([-1.0])
    within = (numbers >= 0) & (numbers < NUMBERS_END)
    if not within.all() or (numbers != np.floor(numbers)).any():
        raise InvalidError(f"{place} have numbers that are none of a row", "choose another task")
    return numbers.astype(np.int64)


def _refuse_other_procedures(
    folds: NDArray[np.int64], lines: tuple[NDArray[Any], ...], place: str
) -> None:
    """Learning curves and bootstraps train on other rows than those that are not tested."""
    tested, row, repeat, fold = lines
    for one in range(folds.shape[1]):
        for part in range(int(folds[:, one].max()) + 1):
            here = (repeat == one) & (fold == part)
            told = np.sort(row[here & ~tested])
            if not np.array_equal(told, np.flatnonzero(folds[:, one] != part)):
                raise InvalidError(
                    f"{place} are of a kind that is not made here: in repeat {one}, fold {part},"
                    " training rows are not those that are not tested",
                    "choose a task with cross-validation or holdout",
                )
            if int((here & tested).sum()) != int((folds[:, one] == part).sum()):
                raise InvalidError(
                    f"{place} test a row twice in repeat {one}", "choose another task"
                )
