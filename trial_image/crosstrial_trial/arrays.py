"""A data set as children use it: arrays on disk, mapped into memory and shared by all of them.

`prepare` makes the folder from the canonical file, once; every child maps it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosstrial.data.marks import Marks
from crosstrial.data.table import Table

# The name of the category that stands for a missing nominal value.
MISSING = "(missing)"
NUMERIC, NOMINAL, TARGET = "numeric.npy", "nominal.npy", "target.npy"
MARKS, NAMES = "marks.npy", "names.json"


@dataclass(frozen=True)
class Arrays:
    """Features, target and marks, rows in the order of the data set.

    `numeric`: float64, rows x numeric columns, NaN where missing. `nominal`: int32, rows x
    nominal columns, codes of `categories` (sorted); the last category of each column stands for
    missing. `target`: int64 codes of the sorted classes, or float64.
    """

    numeric: NDArray[np.float64]
    nominal: NDArray[np.int32]
    target: NDArray[Any]
    marks: Marks
    numeric_names: tuple[str, ...]
    nominal_names: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]


def save_arrays(table: Table, folder: Path) -> None:
    """Write the arrays of a table into an existing folder."""
    columns = table.schema.columns
    numeric = [column.name for column in columns if column.kind == "numeric"]
    nominal = [column.name for column in columns if column.kind == "nominal"]
    categoricals = [table.frame[name].cat for name in nominal]
    codes = np.empty((len(table.frame), len(nominal)), np.int32)
    for position, categorical in enumerate(categoricals):
        codes[:, position] = categorical.codes
    # pandas has -1 for missing; here it is a category like others, after them.
    counts = np.array([len(categorical.categories) for categorical in categoricals], np.int32)
    _save(folder / NUMERIC, table.frame[numeric].to_numpy(np.float64))
    _save(folder / NOMINAL, np.where(codes < 0, counts, codes))
    _save(folder / TARGET, table.target)
    _save(folder / MARKS, table.marks.values)
    names = {
        "numeric": numeric,
        "nominal": nominal,
        "marks": table.marks.kinds,
        "categories": [_with_missing(list(c.categories)) for c in categoricals],
    }
    (folder / NAMES).write_text(json.dumps(names), encoding="utf-8")


def _save(path: Path, array: NDArray[Any]) -> None:
    # On disk before the folder is published: a cache outlives a machine's sudden end.
    with path.open("wb") as file:
        np.save(file, array)
        file.flush()
        os.fsync(file.fileno())


def _with_missing(values: list[str]) -> list[str]:
    """Return the categories and, last, one for missing, named as no value is."""
    name = MISSING
    while name in values:
        name = f"({name})"
    return [*values, name]


def map_arrays(folder: Path) -> Arrays:
    """Map the arrays of a folder, read-only."""
    names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
    return Arrays(
        numeric=np.load(folder / NUMERIC, mmap_mode="r"),
        nominal=np.load(folder / NOMINAL, mmap_mode="r"),
        target=np.load(folder / TARGET, mmap_mode="r"),
        marks=Marks(tuple(names["marks"]), np.load(folder / MARKS)),
        numeric_names=tuple(names["numeric"]),
        nominal_names=tuple(names["nominal"]),
        categories=tuple(tuple(values) for values in names["categories"]),
    )
