"""From Arrow's types to columns of numbers or texts; what has no such form is refused.

Used by the sources `parquet` and `openml`.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import numpy as np

from crosstrial.data.sources.found import Numbers, Texts
from crosstrial.spec.errors import InvalidError

if TYPE_CHECKING:
    import pyarrow as pa

# How pandas names the rows' index when it becomes a column.
INDEX = "__index_level_"


def read_arrow(content: bytes, place: str) -> pa.Table:
    """Return the columns of a Parquet file.

    Raises:
        InvalidError: it is none, or not whole, or two columns share a name.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(pa.BufferReader(content)) as file:
            arrow = file.read()
    except (pa.ArrowException, OSError) as error:
        told = str(error).strip().partition("\n")[0]
        raise InvalidError(
            f"{place} cannot be read as Parquet: {told}", "write it again, or fetch it again"
        ) from error
    for position, name in enumerate(arrow.column_names):
        if name in arrow.column_names[:position]:
            raise InvalidError(
                f"{place} has two columns named {name}", "rename one, or leave one out"
            )
    return arrow


def columns_of(
    arrow: pa.Table, place: str, *, moments: Collection[str | None] = ()
) -> dict[str, Numbers | Texts]:
    """Return each column as numbers or texts.

    Yes and no are the texts `true` and `false`, as in CSV.

    Args:
        arrow: as read.
        place: its name, for messages.
        moments: the columns that may hold dates and times.

    Raises:
        InvalidError: a column holds something else.
    """
    return {
        name: _values(arrow.column(name), name, place, may_be_moment=name in moments)
        for name in arrow.column_names
    }


def _values(
    column: pa.ChunkedArray, name: str, place: str, *, may_be_moment: bool
) -> Numbers | Texts:
    from pyarrow import types  # noqa: PLC0415

    kind = column.type
    if name.startswith(INDEX):
        raise InvalidError(
            f"{place} has a column {name}, which is pandas' index",
            "write it by to_parquet(index=False)",
        )
    if types.is_dictionary(kind):
        return _values(column.cast(kind.value_type), name, place, may_be_moment=may_be_moment)
    if types.is_boolean(kind):
        return [None if value is None else str(value).lower() for value in column.to_pylist()]
    if any(
        of(kind) for of in (types.is_integer, types.is_floating, types.is_decimal, types.is_null)
    ):
        return _numbers(column)
    if types.is_string(kind) or types.is_large_string(kind):
        texts: Texts = column.to_pylist()
        return texts
    if may_be_moment and (types.is_timestamp(kind) or types.is_date(kind)):
        return [None if value is None else value.isoformat() for value in column.to_pylist()]
    raise InvalidError(
        f"column {name} of {place} has the type {kind}, and a feature is a number or a text",
        "write it as one of these, or leave the column out",
    )


def _numbers(column: pa.ChunkedArray) -> Numbers:
    import pyarrow as pa  # noqa: PLC0415

    numbers = column.cast(pa.float64(), safe=False)
    return np.asarray(numbers.to_numpy(zero_copy_only=False), dtype=np.float64)
