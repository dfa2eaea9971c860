"""One data set as everybody holds it: typed columns, a target, a digest, one canonical file.

Sources make tables, the store keeps their files, workers read them. pandas and pyarrow are loaded
when a table is made or read: commands that touch no data do without them.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crosstrial.spec.node import Task, compact_json

if TYPE_CHECKING:
    import pandas as pd

Kind: TypeAlias = Literal["numeric", "nominal"]
Target: TypeAlias = NDArray[np.int64] | NDArray[np.float64]

SCHEMA_VERSION = 1
# Keys of the file's own metadata.
SCHEMA_KEY = b"crosstrial.schema"
DIGEST_KEY = b"crosstrial.digest"


class DamagedTableError(ValueError):
    """A file is not a canonical data file, or not any more; the message says in what."""


@dataclass(frozen=True)
class Column:
    """A feature.

    Numeric: float64, NaN where missing. Nominal: a pandas categorical of texts, its categories
    those that occur, sorted by code point. What is yes or no is nominal, with the texts of its
    source: it has no arithmetic, and `encode: ordinal` makes the same 0 and 1 of it.
    """

    name: str
    kind: Kind


@dataclass(frozen=True)
class Schema:
    """What the columns are; names are unique, the target's included.

    `classes`: the labels' texts, sorted (as numbers where all are numbers); None for regression.
    """

    columns: tuple[Column, ...]
    target: str
    task: Task
    classes: tuple[str, ...] | None

    def to_json(self) -> str:
        """Return the one JSON text of a schema."""
        return compact_json({"version": SCHEMA_VERSION, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> Schema:
        """Return the schema of a JSON text.

        Raises:
            DamagedTableError: not a schema, or one of another version.
        """
        try:
            fields = json.loads(text)
            if fields["version"] != SCHEMA_VERSION:
                raise DamagedTableError(
                    f"the schema has version {fields['version']}, this program knows"
                    f" {SCHEMA_VERSION}"
                )
            classes = fields["classes"]
            return cls(
                columns=tuple(Column(**column) for column in fields["columns"]),
                target=fields["target"],
                task=fields["task"],
                classes=None if classes is None else tuple(classes),
            )
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise DamagedTableError(f"the schema cannot be read: {error!r}") from error


@dataclass(frozen=True, eq=False)
class Table:
    """A data set in canonical form, rows in the order of the source.

    `frame` holds the features in file order. `target`: int64 codes of `schema.classes`, or
    float64. Tables are equal iff their digests are.
    """

    frame: pd.DataFrame
    schema: Schema
    target: Target
    digest: str


def make_table(frame: pd.DataFrame, schema: Schema, target: Target) -> Table:
    """Return the canonical form of columns that fit their kinds.

    Args:
        frame: a column a feature, named as in `schema`; nominal ones hold texts.
        schema: what they are.
        target: codes or numbers, one a row.

    Raises:
        ValueError, TypeError: a column is not of its kind.
    """
    import pandas as pd  # noqa: PLC0415

    columns: dict[str, Any] = {
        column.name: _numeric(frame[column.name])
        if column.kind == "numeric"
        else _nominal(frame[column.name])
        for column in schema.columns
    }
    numbers: Target = (
        _numeric(target) if schema.classes is None else np.asarray(target, dtype=np.int64)
    )
    return Table(
        frame=pd.DataFrame(columns, copy=False),
        schema=schema,
        target=numbers,
        digest=_digest(pd.DataFrame({**columns, schema.target: numbers}, copy=False), schema),
    )


def _numeric(values: pd.Series[Any] | NDArray[Any]) -> NDArray[np.float64]:
    """Return float64 with one zero and one NaN: bits are what is hashed."""
    numbers = np.asarray(values, dtype=np.float64) + 0.0  # -0.0 becomes 0.0
    numbers[np.isnan(numbers)] = np.nan
    return numbers


def _nominal(values: pd.Series[Any]) -> pd.Categorical:
    import pandas as pd  # noqa: PLC0415

    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.cat.remove_unused_categories()
    texts = sorted(values.dropna().unique())
    # As objects: pandas 3 would make its own type of texts, which earlier ones lack.
    return pd.Categorical(values, categories=pd.Index(texts, dtype=object))


def _digest(frame: pd.DataFrame, schema: Schema) -> str:
    """Return SHA-256 over the schema and a 64-bit hash of each row, target included, in order.

    The hashes ignore columns' names, which the schema has, and don't depend on how a file was
    written.
    """
    from pandas.util import hash_pandas_object  # noqa: PLC0415

    rows = hash_pandas_object(frame, index=False)
    digest = hashlib.sha256(schema.to_json().encode())
    digest.update(rows.to_numpy().astype("<u8").tobytes())
    return digest.hexdigest()


def write_table(table: Table, path: Path) -> None:
    """Write the canonical file: Parquet, features in order, then the target.

    Any reader of Parquet can use it; schema and digest are in its metadata. Its bytes may depend
    on the writer's version, the digest doesn't.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    # A plain array keeps NaN as it is; from a categorical, what is missing becomes null.
    arrays = [pa.array(table.frame[column.name].array) for column in table.schema.columns]
    names = [*(column.name for column in table.schema.columns), table.schema.target]
    metadata = {SCHEMA_KEY: table.schema.to_json(), DIGEST_KEY: table.digest}
    arrow = pa.table([*arrays, pa.array(table.target)], names=names, metadata=metadata)
    pq.write_table(arrow, path, compression="zstd")


def read_table(path: Path) -> Table:
    """Return the table of a canonical file, checked against its own digest.

    Raises:
        DamagedTableError: it is not Parquet, has no schema, or its content is not what its
            schema and digest say.
        FileNotFoundError: there is no such file.
    """
    frame, metadata = _read_parquet(path)
    if SCHEMA_KEY not in metadata or DIGEST_KEY not in metadata:
        raise DamagedTableError(f"{path} is Parquet, but not a data file of crosstrial's")
    schema = Schema.from_json(metadata[SCHEMA_KEY].decode())
    names = [*(column.name for column in schema.columns), schema.target]
    if list(frame.columns) != names:
        raise DamagedTableError(f"{path} does not have the columns that its schema names")
    try:
        table = make_table(frame, schema, frame[schema.target].to_numpy())
    except (ValueError, TypeError) as error:
        raise DamagedTableError(f"{path} has a column that is not of its kind: {error}") from error
    if table.digest != metadata[DIGEST_KEY].decode():
        raise DamagedTableError(f"{path} does not have the content that its digest says")
    return table


def _read_parquet(path: Path) -> tuple[pd.DataFrame, dict[bytes, bytes]]:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            arrow = file.read()
        return arrow.to_pandas(ignore_metadata=True), dict(arrow.schema.metadata or {})
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise DamagedTableError(f"{path} cannot be read as Parquet: {error}") from error
