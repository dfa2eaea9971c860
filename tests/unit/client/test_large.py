"""Data too large for the store: what stays where it is, what is refused, what the bound is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crosstrial.client.large import BOUND_BYTES, BOUND_VARIABLE, largest_upload, stays_at
from crosstrial.data.sources import resolve
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import SklearnData
from crosstrial.spec.errors import InvalidError


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return resolve(SklearnData(name="iris", source="sklearn", id="iris"), folder=tmp_path)


def test_what_is_within_the_bound_goes_into_the_store(table: Table) -> None:
    assert stays_at(table) is None
    assert stays_at(replace(table, uri="s3://bucket/iris.parquet")) is None


def test_a_large_data_file_stays_where_it_is(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BOUND_VARIABLE, "1Ki")
    assert stays_at(replace(table, uri="s3://bucket/iris.parquet")) == "s3://bucket/iris.parquet"


def test_other_large_data_are_refused_with_a_way_out(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(BOUND_VARIABLE, "1Ki")
    with pytest.raises(InvalidError, match="the largest that the store gets has 1Ki") as caught:
        stays_at(table)
    assert "crosstrial convert" in str(caught.value.remedy)


def test_what_shrinks_below_the_bound_when_it_is_written_goes_into_the_store(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = table.frame.loc[table.frame.index.repeat(200)].reset_index(drop=True)
    monkeypatch.setenv(BOUND_VARIABLE, "100Ki")
    assert stays_at(replace(table, frame=frame, target=table.target.repeat(200))) is None


def test_the_bound() -> None:
    assert largest_upload({}) == BOUND_BYTES == 256 << 20
    assert largest_upload({BOUND_VARIABLE: "1Gi"}) == 1 << 30
    with pytest.raises(InvalidError, match=f"{BOUND_VARIABLE} must be an amount of memory"):
        largest_upload({BOUND_VARIABLE: "much"})
