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

from crosstrial.data.marks import Mark, Marks, stacked
from crosstrial.spec.node import Task, compact_json

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Kind: TypeAlias = Literal["numeric", "nominal"]
Target: TypeAlias = NDArray[np.int64] | NDArray[np.float64]

SCHEMA_VERSION = 1
MARKED_VERSION = 2  # with marks, which the first version does not know
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
    """What the columns are; names are unique, those of target and marks included.

    `classes`: the labels' texts, sorted (as numbers where all are numbers); None for regression.
    """

    columns: tuple[Column, ...]
    target: str
    task: Task
    classes: tuple[str, ...] | None
    marks: tuple[Mark, ...] = ()

    @property
    def names(self) -> list[str]:
        """The columns of a data file: features, the target, marks."""
        features = [column.name for column in self.columns]
        return [*features, self.target, *(mark.name for mark in self.marks)]

    def to_json(self) -> str:
        """Return the one JSON text of a schema."""
        fields = asdict(self)
        if not self.marks:
            # As it was before there were marks: digests stay what they are.
            del fields["marks"]
        version = MARKED_VERSION if self.marks else SCHEMA_VERSION
        return compact_json({"version": version, **fields})

    @classmethod
    def from_json(cls, text: str) -> Schema:
        """Return the schema of a JSON text.

        Raises:
            DamagedTableError: not a schema, or one of another version.
        """
        try:
            fields = json.loads(text)
            if fields["version"] not in (SCHEMA_VERSION, MARKED_VERSION):
                raise DamagedTableError(
                    f"the schema has version {fields['version']}, this program knows"
                    f" {SCHEMA_VERSION} and {MARKED_VERSION}"
                )
            classes = fields["classes"]
            return cls(
                columns=tuple(Column(**column) for column in fields["columns"]),
                target=fields["target"],
                task=fields["task"],
                classes=None if classes is None else tuple(classes),
                marks=tuple(Mark(**mark) for mark in fields.get("marks", ())),
            )
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise DamagedTableError(f"the schema cannot be read: {error!r}") from error


@dataclass(frozen=True, eq=False)
class Table:
    """A data set in canonical form, rows in the order of the source.

    `frame` holds the features in file order. `target`: int64 codes of `schema.classes`, or
    float64. `uri`: where its canonical file is, if it was read from one. Tables are equal iff their
    digests are.
    """

    frame: pd.DataFrame
    schema: Schema
    target: Target
    marks: Marks
    digest: str
    uri: str | None = None


def make_table(frame: pd.DataFrame, schema: Schema, target: Target) -> Table:
    """Return the canonical form of columns that fit their kinds.

    Args:
        frame: a column a feature and a mark, named as in `schema`; nominal features hold texts.
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
    marks = {mark.name: np.asarray(frame[mark.name], dtype=np.int64) for mark in schema.marks}
    every = {**columns, schema.target: numbers, **marks}
    return Table(
        frame=pd.DataFrame(columns, copy=False),
        schema=schema,
        target=numbers,
        marks=Marks(
            tuple(mark.kind for mark in schema.marks),
            stacked(list(marks.values()), len(numbers)),
        ),
        digest=_digest(pd.DataFrame(every, copy=False), schema),
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
    """Write the canonical file: Parquet, features in order, then the target, then marks.

    Any reader of Parquet can use it; schema and digest are in its metadata. Its bytes may depend
    on the writer's version, the digest doesn't.
    """
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    # A plain array keeps NaN as it is; from a categorical, what is missing becomes null.
    arrays = [pa.array(table.frame[column.name].array) for column in table.schema.columns]
    arrays += [pa.array(values) for values in (table.target, *table.marks.values.T)]
    metadata = {SCHEMA_KEY: table.schema.to_json(), DIGEST_KEY: table.digest}
    arrow = pa.table(arrays, names=table.schema.names, metadata=metadata)
    pq.write_table(arrow, path, compression="zstd")


def read_table(path: Path) -> Table:
    """Return the table of a canonical file, checked against its own digest.

    Raises:
        DamagedTableError: it is not Parquet, has no schema, or its content is not what its
            schema and digest say.
        FileNotFoundError: there is no such file.
    """
    return table_of(_read_parquet(path), str(path))


def table_of(arrow: pa.Table, path: str) -> Table:
    """Return the table of a canonical file's columns and metadata, checked likewise.

    Raises:
        DamagedTableError: as of `read_table`.
    """
    metadata = dict(arrow.schema.metadata or {})
    if SCHEMA_KEY not in metadata or DIGEST_KEY not in metadata:
        raise DamagedTableError(f"{path} is Parquet, but not a data file of crosstrial's")
    frame = arrow.to_pandas(ignore_metadata=True)
    schema = Schema.from_json(metadata[SCHEMA_KEY].decode())
    if list(frame.columns) != schema.names:
        raise DamagedTableError(f"{path} does not have the columns that its schema names")
    try:
        table = make_table(frame, schema, frame[schema.target].to_numpy())
    except (ValueError, TypeError) as error:
        raise DamagedTableError(f"{path} has a column that is not of its kind: {error}") from error
    if table.digest != metadata[DIGEST_KEY].decode():
        raise DamagedTableError(f"{path} does not have the content that its digest says")
    return table


def read_schema(path: Path) -> Schema:
    """Return the schema of a canonical file, of which nothing else is read."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    return Schema.from_json(pq.read_schema(path).metadata[SCHEMA_KEY].decode())


def _read_parquet(path: Path) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(path) as file:
            return file.read()
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise DamagedTableError(f"{path} cannot be read as Parquet: {error}") from error
