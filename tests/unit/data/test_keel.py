"""KEEL's format on small texts: what is declared is what is read."""

from __future__ import annotations

import numpy as np
import pytest

from crosstrial.data.sources.keel import parse
from crosstrial.spec.errors import InvalidError

FLARE = """@relation flare
% a comment
@attribute Spot {A, R,na}
@attribute Size real [0.0, 9.5]
@attribute Count integer[1,3]
@attribute Activity{1, 2}
@attribute Class {H, D}
@inputs Spot, Size, Count, Activity
@outputs Class
@data
A, 1.5, 1, 2, H
na,<null>,?,1,D

 R ,2,3,,H
"""


def test_columns_have_their_declared_types() -> None:
    found = parse(FLARE, "flare.dat")
    assert list(found.features) == ["Spot", "Size", "Count", "Activity"]
    assert found.features["Spot"] == ["A", "na", "R"]
    np.testing.assert_array_equal(found.features["Size"], [1.5, np.nan, 2.0])
    np.testing.assert_array_equal(found.features["Count"], [1.0, np.nan, 3.0])
    assert found.features["Activity"] == ["2", "1", None]
    assert (found.target, found.task, found.values) == ("Class", "classification", ["H", "D", "H"])


def test_the_target_is_the_output_else_the_last_attribute() -> None:
    body = "@attribute y real\n@attribute x real [0, 1]\n{}@DATA\n1, 0.5\n2, 0.25\n"
    named = parse(body.format("@output y\n"), "named.dat")
    assert (named.target, named.task, list(named.features)) == ("y", "regression", ["x"])
    last = parse(body.format(""), "last.dat")
    assert (last.target, list(last.features)) == ("x", ["y"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("@data", "", "flare.dat has no @data"),
        ("@attribute Size real", "@attribute Size date", "line 4: '@attribute Size date"),
        ("@outputs Class", "@outputs Klass", "has no attribute Klass, which is its output"),
        ("A, 1.5, 1, 2, H", "A, 1.5, 1, H", "line 11, has 4 fields where there are 5"),
        (" R ,2,3,,H", "R,2,3,,H,H", "line 14, has 6 fields where there are 5"),
        (" R ,2", "R,two", "line 14: Size is 'two', which is not a number"),
        (" R ,2", "Q,2", "line 14: Spot is 'Q', which is not among its declared values"),
    ],
)
def test_what_does_not_fit_is_told_with_its_line(old: str, new: str, message: str) -> None:
    with pytest.raises(InvalidError) as caught:
        parse(FLARE.replace(old, new), "flare.dat")
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("@relation r\n@data\n1,2\n", "has no @attribute"),
        ("@attribute x real\n@attribute y real\n@data\n", "has no rows"),
    ],
)
def test_a_file_without_content(text: str, message: str) -> None:
    with pytest.raises(InvalidError, match=message):
        parse(text, "r.dat")
