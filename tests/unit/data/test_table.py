"""The canonical form: what goes through the file comes back, and one digest stands for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crosstrial.data.table import (
    DIGEST_KEY,
    SCHEMA_KEY,
    Column,
    DamagedTableError,
    Schema,
    Table,
    make_table,
    read_table,
    write_table,
)

MIXED = Schema(
    columns=(
        Column("größe", "numeric"),
        Column("colour", "nominal"),
        Column("member", "nominal"),
    ),
    target="kind",
    task="classification",
    classes=("2", "10"),
)
FEATURES: dict[str, list[Any]] = {
    "größe": [1.5, np.nan, 0.1 + 0.2, 1e300, -3.0],
    "colour": ["red", None, "röt", "", "red"],
    "member": ["true", "false", "true", "true", None],
}
CODES = [0, 1, 1, 0, 1]
GOLDEN = "5592817176cb30109f62b04b2224fe757fb89b45d9c2b37a1941e7d04ae250ef"


def mixed(schema: Schema = MIXED, codes: list[int] = CODES, **changes: Any) -> Table:
    columns = {**FEATURES, **changes}
    named = zip(schema.columns, columns.values(), strict=True)
    frame = pd.DataFrame({column.name: values for column, values in named})
    return make_table(frame, schema, np.array(codes))


def regression(**features: Any) -> Table:
    schema = Schema(
        columns=tuple(Column(name, "numeric") for name in features),
        target="y",
        task="regression",
        classes=None,
    )
    return make_table(pd.DataFrame(features), schema, np.array([0.1, -0.0, 2.5]))


def through_file(table: Table, folder: Path) -> Table:
    write_table(table, folder / "data.parquet")
    return read_table(folder / "data.parquet")


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(mixed(), id="mixed"),
        pytest.param(regression(x=[1, 2, 3]), id="one-column-no-nominal"),
        pytest.param(regression(b=[1.0, 2.0, np.nan], a=[5.0, 4.0, 3.0]), id="order-of-columns"),
    ],
)
def test_a_table_comes_back_from_its_file(table: Table, tmp_path: Path) -> None:
    back = through_file(table, tmp_path)
    pd.testing.assert_frame_equal(back.frame, table.frame)
    np.testing.assert_array_equal(back.target, table.target)
    assert back.target.dtype == table.target.dtype
    assert (back.schema, back.digest) == (table.schema, table.digest)


def test_the_canonical_types() -> None:
    table = mixed()
    assert table.frame["größe"].dtype == np.float64
    assert list(table.frame["colour"].cat.categories) == ["", "red", "röt"]
    assert table.frame["colour"].isna().tolist() == [False, True, False, False, False]
    assert list(table.frame["member"].cat.categories) == ["false", "true"]
    assert table.target.dtype == np.int64
    assert regression(x=[1, 2, 3]).target.dtype == np.float64
    assert isinstance(table.frame.index, pd.RangeIndex)


def test_the_file_is_plain_parquet_with_the_target_last(tmp_path: Path) -> None:
    write_table(mixed(), tmp_path / "data.parquet")
    frame = pd.read_parquet(tmp_path / "data.parquet")
    assert list(frame.columns) == ["größe", "colour", "member", "kind"]
    assert frame["kind"].tolist() == CODES
    assert frame["colour"].astype(object).where(frame["colour"].notna(), None).tolist() == [
        "red", None, "röt", "", "red",
    ]  # fmt: skip


def test_the_digest_is_the_same_on_every_machine() -> None:
    assert mixed().digest == GOLDEN


@pytest.mark.parametrize(
    "same",
    [
        pytest.param(mixed(colour=pd.Categorical(FEATURES["colour"])), id="categorical"),
        pytest.param(
            mixed(colour=pd.Categorical(FEATURES["colour"], ["zzz", "röt", "red", ""])),
            id="other-categories",
        ),
        pytest.param(mixed(colour=pd.array(FEATURES["colour"], dtype="object")), id="objects"),
        pytest.param(mixed(colour=pd.array(FEATURES["colour"], dtype="string")), id="strings"),
    ],
)
def test_the_digest_does_not_depend_on_how_pandas_holds_it(same: Table) -> None:
    assert same.digest == GOLDEN


def test_the_digest_knows_one_zero_and_one_nan() -> None:
    negative_nan = np.array([0xFFF8000000000001], dtype=np.uint64).view(np.float64)[0]
    assert regression(x=[-0.0, negative_nan, 1.0]).digest == regression(x=[0.0, np.nan, 1.0]).digest


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(mixed(größe=[1.5, np.nan, 0.3, 1e300, -3.0]), id="last-bit-of-a-value"),
        pytest.param(mixed(größe=[1.5, 0.0, 0.1 + 0.2, 1e300, -3.0]), id="missing-number"),
        pytest.param(mixed(colour=["red", "", "röt", "", "red"]), id="missing-text"),
        pytest.param(mixed(codes=[1, 1, 1, 0, 1]), id="target"),
        pytest.param(
            mixed(MIXED, CODES[::-1], **{name: v[::-1] for name, v in FEATURES.items()}),
            id="order-of-rows",
        ),
        pytest.param(
            mixed(replace(MIXED, columns=(Column("size", "numeric"), *MIXED.columns[1:]))),
            id="name-of-a-column",
        ),
        pytest.param(
            mixed(
                replace(MIXED, columns=(MIXED.columns[0], *MIXED.columns[:0:-1])),
                colour=FEATURES["member"],
                member=FEATURES["colour"],
            ),
            id="order-of-columns",
        ),
        pytest.param(mixed(replace(MIXED, classes=("2", "11"))), id="label-of-a-class"),
        pytest.param(mixed(replace(MIXED, target="sort")), id="name-of-the-target"),
    ],
)
def test_the_digest_changes_with_the_content(other: Table) -> None:
    assert other.digest != GOLDEN


def test_another_writer_of_the_same_content_is_read(tmp_path: Path) -> None:
    table = mixed()
    frame = table.frame.astype({"colour": object, "member": object}).assign(kind=table.target)
    arrow = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(
        {SCHEMA_KEY: table.schema.to_json(), DIGEST_KEY: table.digest}
    )
    pq.write_table(arrow, tmp_path / "data.parquet", row_group_size=2, compression="gzip")
    back = read_table(tmp_path / "data.parquet")
    pd.testing.assert_frame_equal(back.frame, table.frame)


def not_parquet(path: Path) -> None:
    path.write_text("größe,colour\n1,red\n")


def cut(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def without_schema(path: Path) -> None:
    pq.write_table(pq.read_table(path).replace_schema_metadata({}), path)


def other_version(path: Path) -> None:
    arrow = pq.read_table(path)
    schema = arrow.schema.metadata[SCHEMA_KEY].replace(b'"version":1', b'"version":3')
    pq.write_table(
        arrow.replace_schema_metadata({**arrow.schema.metadata, SCHEMA_KEY: schema}), path
    )


def broken_schema(path: Path) -> None:
    arrow = pq.read_table(path)
    pq.write_table(
        arrow.replace_schema_metadata({**arrow.schema.metadata, SCHEMA_KEY: b'{"version":1'}), path
    )


def column_lost(path: Path) -> None:
    pq.write_table(pq.read_table(path).drop_columns(["colour"]), path)


def column_of_texts(path: Path) -> None:
    arrow = pq.read_table(path)
    texts = pa.array(["a", "b", "c", "d", "e"])
    pq.write_table(arrow.set_column(0, "größe", texts), path)


def value_changed(path: Path) -> None:
    arrow = pq.read_table(path)
    pq.write_table(arrow.set_column(0, "größe", pa.array([1.0, 2.0, 3.0, 4.0, 5.0])), path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (not_parquet, "cannot be read as Parquet"),
        (cut, "cannot be read as Parquet"),
        (empty, "cannot be read as Parquet"),
        (without_schema, "not a data file of crosstrial's"),
        (other_version, "version 3"),
        (broken_schema, "schema cannot be read"),
        (column_lost, "does not have the columns"),
        (column_of_texts, "not of its kind"),
        (value_changed, "does not have the content"),
    ],
)
def test_a_damaged_file_is_told(damage: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "data.parquet"
    write_table(mixed(), path)
    damage(path)
    with pytest.raises(DamagedTableError, match=message):
        read_table(path)


def test_a_missing_file_is_not_a_damaged_one(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_table(tmp_path / "none.parquet")
