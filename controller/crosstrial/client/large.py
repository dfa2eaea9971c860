"""Data that are too large for the store: they stay where they are, if workers can read them there.

That is, if the source is a data file in canonical form already. Workers fetch it by its address and
check it against its digest.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from crosstrial.data.table import Table, write_table
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.quantities import byte_count, shown_bytes

BOUND_VARIABLE = "CROSSTRIAL_LARGEST_UPLOAD"
BOUND_BYTES = 256 << 20


def largest_upload(environment: Mapping[str, str]) -> int:
    """Return how many bytes a data file may have to go into the store.

    Raises:
        InvalidError: the environment names no amount.
    """
    written = environment.get(BOUND_VARIABLE)
    if not written:
        return BOUND_BYTES
    try:
        return byte_count(written)
    except InvalidError as error:
        raise InvalidError(f"{BOUND_VARIABLE} {error.message}", error.remedy) from error


def stays_at(table: Table) -> str | None:
    """Return the address at which a table's file stays; None: it goes into the store.

    Raises:
        InvalidError: it is too large for the store, and no worker could read it where it is.
    """
    bound = largest_upload(os.environ)
    size = _file_bytes(table, bound)
    if size <= bound:
        return None
    if table.uri is not None:
        return table.uri
    raise InvalidError(
        f"it makes a data file of {size >> 20} MiB, and the largest that the store gets has"
        f" {shown_bytes(bound)}",
        "write it by `crosstrial convert` to where batches can read it, and name that file by"
        f" `source: parquet`; or raise ${BOUND_VARIABLE}",
    )


def _file_bytes(table: Table, bound: int) -> int:
    """Return the size of a table's file, or one in memory that is within the bound anyway."""
    in_memory = int(table.frame.memory_usage(index=False, deep=True).sum()) + table.target.nbytes
    if in_memory <= bound:
        return in_memory
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data.parquet"
        write_table(table, path)
        return path.stat().st_size
