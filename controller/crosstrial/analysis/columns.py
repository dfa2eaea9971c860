"""Rows of plain values as typed pandas columns, for `frame`; and as columns that files can hold.

Rows are taken as a stream: of a million no more than some thousands are dicts at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

import pandas as pd

from crosstrial.spec.node import Value, compact_json

# What every value of a parameter column has in common -> its dtype, which knows missing values.
DTYPES: dict[type, str] = {bool: "boolean", int: "Int64", float: "float64", str: "string"}

FIXED = {
    **dict.fromkeys(
        ("trial", "experiment", "model", "dataset", "task", "state", "cause"), "string"
    ),
    **dict.fromkeys(("index", "search", "attempt"), "int64"),
    **dict.fromkeys(("repeat", "fold", "epoch"), "Int64"),
    "reported": "boolean",
    **dict.fromkeys(("started", "finished"), "datetime64[ms, UTC]"),
}
PARAMETER = "param."
ROWS_AT_ONCE = 10_000

Row: TypeAlias = Mapping[str, Any]
Piece: TypeAlias = "pd.Series[Any]"


def typed(rows: Iterable[Row], columns: Sequence[str]) -> pd.DataFrame:
    """Return a frame with these columns; what a row lacks is missing.

    A parameter that was drawn as one type has that type. One that was drawn as several (`sqrt`
    and 0.5, or 1 and 1.0, which an estimator takes as a count and as a share) keeps them apart
    as plain objects. All other columns that are not named in `FIXED` are floats.
    """
    pieces: dict[str, list[Piece]] = {column: [] for column in columns}
    for some in _some_at_once(rows):
        for column, known in pieces.items():
            known.append(_piece(column, [row.get(column) for row in some]))
    # What is joined is given up at once: there is never a second copy of everything.
    return pd.DataFrame({column: _joined(column, pieces.pop(column)) for column in columns})


def storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with columns of mixed types as JSON texts, so that Parquet can hold it."""
    mixed = {
        name: frame[name].map(compact_json, na_action="ignore").astype("string")
        for name in frame.columns
        if frame[name].dtype == object
    }
    return frame.assign(**mixed)


def _some_at_once(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_AT_ONCE)):
        yield some


def _piece(column: str, values: list[Value]) -> Piece:
    return pd.Series(values, dtype=_dtype(column, values))


def _dtype(column: str, values: Sequence[Value]) -> str:
    if not column.startswith(PARAMETER):
        return FIXED.get(column, "float64")
    kinds = {type(value) for value in values if value is not None}
    return DTYPES.get(kinds.pop(), "object") if len(kinds) == 1 else "object"


def _joined(column: str, pieces: Sequence[Piece]) -> Piece:
    """Return the column that its pieces are; of a parameter they may have several types."""
    if not pieces:
        return _piece(column, [])
    if column.startswith(PARAMETER):
        dtypes = {str(piece.dtype) for piece in pieces if piece.notna().any()}
        dtype = dtypes.pop() if len(dtypes) == 1 else "object"
        pieces = [
            piece if piece.dtype == dtype else pd.Series(_objects(piece), dtype=dtype)
            for piece in pieces
        ]
    return pd.concat(pieces, ignore_index=True)


def _objects(piece: Piece) -> Piece:
    """Return the values as plain objects, None where one is missing."""
    return piece.astype(object).where(piece.notna(), None)
