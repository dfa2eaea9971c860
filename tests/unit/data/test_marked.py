"""Columns that become marks: groups and moments, and what is neither."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from crosstrial.data.sources.canonical import canonical_table
from crosstrial.data.sources.found import Found, Numbers, Texts
from crosstrial.data.table import read_table, write_table
from crosstrial.spec.errors import InvalidError

DAYS = ["2026-03-01", "2026-01-31", "2026-03-01", "2025-12-24", "2026-02-01", "2026-02-01"]


def found(**other: Numbers | Texts) -> Found:
    features: dict[str, Any] = {
        "x": np.arange(6.0),
        "shop": ["b", "a", "b", "c", "a", "a"],
        "year": np.array([2001.0, 1999, 2001, 2000, 1999, 1999]),
        "day": DAYS,
        **other,
    }
    return Found(features=features, target="y", values=["no", "yes"] * 3)


@pytest.mark.parametrize(
    ("named", "kind", "values"),
    [
        pytest.param({"group": "shop"}, "group", [1, 0, 1, 2, 0, 0], id="texts"),
        pytest.param({"group": "year"}, "group", [2, 0, 2, 1, 0, 0], id="numbers"),
        pytest.param({"time": "year"}, "time", [2, 0, 2, 1, 0, 0], id="years"),
        pytest.param({"time": "day"}, "time", [3, 1, 3, 0, 2, 2], id="dates"),
    ],
)
def test_a_named_column_is_a_mark_and_no_feature(
    named: dict[str, str], kind: Any, values: list[int]
) -> None:
    table = canonical_table(found(), **named)
    assert table.marks.of(kind)[:, 0].tolist() == values
    assert next(iter(named.values())) not in table.frame
    assert len(table.frame.columns) == 3


def test_moments_with_a_zone_are_ordered_as_they_were() -> None:
    moments = [
        "2026-01-01T12:00:00+01:00",
        "2026-01-01T11:30:00+00:00",
        "2026-01-01T13:00:00+02:00",
    ]
    table = canonical_table(found(at=moments * 2), time="at")
    assert table.marks.of("time")[:, 0].tolist() == [0, 1, 0] * 2


def test_a_table_with_marks_is_kept_whole(tmp_path: Path) -> None:
    table = canonical_table(found(), group="shop", time="day")
    write_table(table, tmp_path / "data.parquet")
    back = read_table(tmp_path / "data.parquet")
    assert back.digest == table.digest
    assert back.schema == table.schema
    assert back.marks.kinds == ("group", "time")
    assert back.marks.values.tolist() == table.marks.values.tolist()


def test_the_digest_changes_with_the_marks() -> None:
    other = found(shop=["b", "a", "b", "c", "a", "c"])
    tables = [
        canonical_table(found()),
        canonical_table(found(), group="shop"),
        canonical_table(other, group="shop"),
        canonical_table(found(), time="year"),
        canonical_table(found(), group="year"),
    ]
    assert len({table.digest for table in tables}) == len(tables)


@pytest.mark.parametrize(
    ("named", "columns", "message"),
    [
        pytest.param({"group": "shp"}, {}, "no column 'shp' for a group", id="no-column"),
        pytest.param({"time": "y"}, {}, "y is the target, and cannot be the time", id="target"),
        pytest.param({"group": "day", "time": "day"}, {}, "as group and as time", id="twice"),
        pytest.param(
            {"group": "shop"}, {"shop": ["a", None] * 3}, "empty in 3 of 6 rows, the first is",
            id="no-group",
        ),
        pytest.param(
            {"time": "year"}, {"year": np.array([1, 2, np.nan] * 2)}, "empty in 2 of 6 rows",
            id="no-time",
        ),
        pytest.param(
            {"time": "day"}, {"day": ["2026-01-31", "31.1.2026"] * 3},
            "day is '31.1.2026' in row 2, neither a number nor a date", id="unknown-date",
        ),
        pytest.param(
            {"time": "day"}, {"day": ["2026-01-31", "2026-01-31T00:00:00+01:00"] * 3},
            "with a time zone and moments without", id="half-of-the-zones",
        ),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_told_at_its_key(
    named: dict[str, str], columns: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidError, match=message) as caught:
        canonical_table(found(**columns), **named)
    assert caught.value.at == (list(named)[-1],)
    assert caught.value.remedy
