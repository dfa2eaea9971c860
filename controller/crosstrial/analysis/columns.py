"""Rows of plain values as typed pandas columns, for `frame`; and as columns that files can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from crosstrial.spec.node import Value, compact_json

# What every value of a parameter column has in common -> its dtype, which knows missing values.
DTYPES: dict[type, str] = {bool: "boolean", int: "Int64", float: "float64", str: "string"}

FIXED = {
    **dict.fromkeys(
        ("trial", "experiment", "model", "dataset", "task", "state", "cause"), "string"
    ),
    **dict.fromkeys(("index", "attempt"), "int64"),
    **dict.fromkeys(("repeat", "fold"), "Int64"),
    **dict.fromkeys(("started", "finished"), "datetime64[ms, UTC]"),
}
PARAMETER = "param."


def typed(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return a frame with these columns; what a row lacks is missing.

    A parameter that was drawn as one type has that type. One that was drawn as several (`sqrt`
    and 0.5, or 1 and 1.0, which an estimator takes as a count and as a share) keeps them apart
    as plain objects. All other columns that are not named in `FIXED` are floats.
    """
    return pd.DataFrame(
        {
            column: pd.Series([row.get(column) for row in rows], dtype=_dtype(column, rows))
            for column in columns
        }
    )


def storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns of mixed types as JSON texts, so that Parquet can hold it."""
    mixed = {
        name: frame[name].map(compact_json, na_action="ignore").astype("string")
        for name in frame.columns
        if frame[name].dtype == object
    }
    return frame.assign(**mixed)


def _dtype(column: str, rows: Sequence[Mapping[str, Any]]) -> str:
    if not column.startswith(PARAMETER):
        return FIXED.get(column, "float64")
    values: list[Value] = [row.get(column) for row in rows]
    kinds = {type(value) for value in values if value is not None}
    if len(kinds) != 1:
        return "object"
    return DTYPES.get(kinds.pop(), "object")
