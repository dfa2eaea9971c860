"""Parquet files: every type that has a meaning here, files of our own, and what is refused."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_iris

from crosstrial.data.sources import resolve
from crosstrial.data.table import Table, write_table
from crosstrial.spec.data_sets import CsvData, ParquetData, SklearnData
from crosstrial.spec.errors import InvalidError

COLUMNS: dict[str, Any] = {
    "whole": pa.array([1, 2, None, 4, 5, 6], pa.int32()),
    "real": pa.array([0.5, None, 1.5, 2.5, 3.5, 4.5], pa.float32()),
    "exact": pa.array([Decimal("1.25"), Decimal("2.50")] * 3),
    "yes": pa.array([True, False, None] * 2),
    "text": pa.array(["a", None, "c"] * 2),
    "code": pa.array(["p", "q"] * 3).dictionary_encode(),
    "day": pa.array([date(2026, 1, day) for day in (3, 1, 2, 6, 5, 4)]),
    "y": pa.array(["no", "yes"] * 3),
}


def written(folder: Path, **other: Any) -> None:
    columns = {**COLUMNS, **other}
    left = {name: values for name, values in columns.items() if values is not None}
    pq.write_table(pa.table(left), folder / "data.parquet")


def read(folder: Path, **fields: Any) -> Table:
    given = {"uri": "data.parquet", "target": "y", "time": "day", **fields}
    return resolve(ParquetData(name="d", source="parquet", **given), folder=folder)


def test_every_type_becomes_a_number_or_a_text(tmp_path: Path) -> None:
    written(tmp_path)
    table = read(tmp_path)
    assert {column.name: column.kind for column in table.schema.columns} == {
        "whole": "numeric",
        "real": "numeric",
        "exact": "numeric",
        "yes": "nominal",
        "text": "nominal",
        "code": "nominal",
    }
    np.testing.assert_array_equal(table.frame["whole"], [1, 2, np.nan, 4, 5, 6])
    assert table.frame["exact"].tolist() == [1.25, 2.5] * 3
    assert table.frame["yes"].astype(object).tolist()[:2] == ["true", "false"]
    assert table.frame["yes"].isna().tolist() == [False, False, True] * 2
    assert table.marks.of("time")[:, 0].tolist() == [2, 0, 1, 5, 4, 3]


def test_the_same_table_as_csv_is_the_same_data_set(tmp_path: Path) -> None:
    frame = load_iris(as_frame=True).frame
    frame.to_csv(tmp_path / "iris.csv", index=False)
    frame.to_parquet(tmp_path / "iris.parquet", index=False)
    csv = CsvData(name="c", source="csv", uri="iris.csv", target="target")
    parquet = ParquetData(name="p", source="parquet", uri="iris.parquet", target="target")
    assert resolve(csv, folder=tmp_path).digest == resolve(parquet, folder=tmp_path).digest


@pytest.mark.parametrize(
    ("labels", "task", "classes"),
    [
        pytest.param(pa.array([2, 1, 10] * 2), None, ("1", "2", "10"), id="few-whole-numbers"),
        pytest.param(pa.array([0.5, 1.0, 2.0] * 2), None, None, id="quantities"),
        pytest.param(pa.array([2, 1, 10] * 2), "regression", None, id="asked-for"),
        pytest.param(pa.array([True, False] * 3), None, ("false", "true"), id="booleans"),
        pytest.param(
            pa.array([0.5, 1.0] * 3), "classification", ("0.5", "1"), id="quantities-as-labels"
        ),
    ],
)
def test_the_target_and_its_task(
    labels: Any, task: Any, classes: tuple[str, ...] | None, tmp_path: Path
) -> None:
    written(tmp_path, y=labels)
    assert read(tmp_path, task=task).schema.classes == classes


def test_a_data_file_of_our_own_is_taken_as_it_is(tmp_path: Path) -> None:
    table = resolve(SklearnData(name="i", source="sklearn", id="iris"), folder=tmp_path)
    write_table(table, tmp_path / "data.parquet")
    again = read(tmp_path, target="target", time=None)
    assert again.digest == table.digest
    assert again.uri == str(tmp_path / "data.parquet")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"target": "sepal width (cm)"}, id="target"),
        pytest.param({"task": "regression"}, id="task"),
        pytest.param({"group": "sepal width (cm)"}, id="group"),
        pytest.param({"time": "sepal width (cm)"}, id="time"),
    ],
)
def test_a_data_file_of_our_own_is_for_what_it_was_written_for(
    fields: dict[str, Any], tmp_path: Path
) -> None:
    table = resolve(SklearnData(name="i", source="sklearn", id="iris"), folder=tmp_path)
    write_table(table, tmp_path / "data.parquet")
    with pytest.raises(InvalidError, match="written for another target, task, group or time"):
        read(tmp_path, **{"target": "target", "time": None, **fields})


def test_a_path_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match="cannot be read"):
        read(tmp_path, uri="data\0.parquet")


@pytest.mark.parametrize(
    ("columns", "fields", "message"),
    [
        pytest.param({}, {"target": "z"}, "has no column 'z' for a target", id="no-target"),
        pytest.param({}, {"time": None}, r"day .* has the type date32", id="date-as-feature"),
        pytest.param({"l": pa.array([[1]] * 6)}, {}, r"l .* has the type list", id="list"),
        pytest.param({"b": pa.array([b"x"] * 6)}, {}, r"b .* has the type binary", id="bytes"),
        pytest.param({"n": pa.nulls(6)}, {}, "column n has no value in any row", id="empty-column"),
        pytest.param({}, {"task": "regression"}, "y holds texts, and regression", id="task"),
        pytest.param(
            {"day": pa.array([datetime(2026, 1, 1), None] * 3)}, {}, "day is empty in 3", id="time"
        ),
    ],
)
def test_what_cannot_be_used_is_told(
    columns: dict[str, Any], fields: dict[str, Any], message: str, tmp_path: Path
) -> None:
    written(tmp_path, **columns)
    with pytest.raises(InvalidError, match=message) as caught:
        read(tmp_path, **fields)
    assert caught.value.remedy


def test_the_index_of_pandas_is_no_feature(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [1, 2, 3, 4, 5], "y": list("ababa")}, index=list("vwxyz"))
    frame.to_parquet(tmp_path / "data.parquet")
    with pytest.raises(InvalidError, match="which is pandas' index") as caught:
        read(tmp_path, time=None)
    assert "index=False" in str(caught.value)


@pytest.mark.parametrize("kept", [0, 4, 500])
def test_a_file_that_is_not_whole_is_told_in_one_line(kept: int, tmp_path: Path) -> None:
    written(tmp_path)
    path = tmp_path / "data.parquet"
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InvalidError, match="cannot be read as Parquet") as caught:
        read(tmp_path)
    assert "\n" not in str(caught.value)


def test_two_columns_of_one_name_are_told(tmp_path: Path) -> None:
    arrow = pa.table([COLUMNS["whole"], COLUMNS["real"], COLUMNS["y"]], names=["x", "x", "y"])
    pq.write_table(arrow, tmp_path / "data.parquet")
    with pytest.raises(InvalidError, match="two columns named x"):
        read(tmp_path, time=None)
