"""What no source may hand on: checks that hold for all of them."""

from __future__ import annotations

import numpy as np
import pytest

from crosstrial.data.sources.canonical import canonical_table, sorted_classes
from crosstrial.data.sources.found import Found, Numbers, Texts
from crosstrial.spec.errors import InvalidError

LABELS = ["a", "b"] * 3


def test_a_target_alone_is_refused() -> None:
    with pytest.raises(InvalidError, match="no column beside its target y"):
        canonical_table(Found(features={}, target="y", values=LABELS))


def test_a_nominal_column_without_a_value_is_refused() -> None:
    with pytest.raises(InvalidError, match="column x has no value"):
        canonical_table(Found(features={"x": [None] * 6}, target="y", values=LABELS))


def test_a_feature_with_one_value_is_kept() -> None:
    table = canonical_table(Found(features={"x": np.ones(6)}, target="y", values=LABELS))
    assert table.frame["x"].tolist() == [1.0] * 6


def test_the_order_of_rows_and_columns_is_kept() -> None:
    features: dict[str, Numbers | Texts] = {
        "z": np.arange(6.0),
        "a": ["q", None, "p", "q", "p", "p"],
    }
    table = canonical_table(Found(features=features, target="y", values=LABELS))
    assert list(table.frame.columns) == ["z", "a"]
    assert table.frame["z"].tolist() == [0, 1, 2, 3, 4, 5]
    assert table.target.tolist() == [0, 1] * 3


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ({"10", "9", "-1"}, ("-1", "9", "10")),
        ({"1.0", "1", "0"}, ("0", "1", "1.0")),
        ({"10", "9", "x"}, ("10", "9", "x")),
        ({"-nan", "1"}, ("-nan", "1")),
    ],
)
def test_classes_sort_as_numbers_where_all_are(labels: set[str], expected: tuple[str, ...]) -> None:
    assert sorted_classes(labels) == expected
