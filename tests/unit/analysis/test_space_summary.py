from __future__ import annotations

import pytest

from crosstrial.analysis.space_summary import ParameterSummary, summarise


@pytest.mark.parametrize(
    ("values", "kind", "quantiles", "counts"),
    [
        pytest.param([5, 1, 4, 2, 3], "int", (1, 2, 3, 4, 5), None, id="ints-stay-ints"),
        pytest.param([0.5], "float", (0.5,) * 5, None, id="one-float"),
        pytest.param(["a", "b", "a"], "choice", None, {"a": 2, "b": 1}, id="texts"),
        pytest.param(
            [None, True, [1, 2]],
            "choice",
            None,
            {"null": 1, "true": 1, "[1,2]": 1},
            id="other-choices",
        ),
        pytest.param(
            ["sqrt", 0.5, 0.25], "mixed", (0.25, 0.25, 0.25, 0.5, 0.5), {"sqrt": 1}, id="mixed"
        ),
        pytest.param([1, 2.0], "mixed", (1, 1, 1, 2.0, 2.0), None, id="ints-and-floats"),
    ],
)
def test_numbers_have_quantiles_and_other_values_counts(values, kind, quantiles, counts):
    (summary,) = summarise([{"x": value} for value in values])
    assert summary == ParameterSummary("x", 1.0, kind, quantiles, counts)


def test_parameters_in_order_of_appearance_with_their_share_of_points():
    points = [
        {},
        {"C": 1.0, "kernel": "rbf"},
        {"kernel": "poly", "C": 2.0, "degree": 3},
        {"C": 3.0},
    ]
    assert [(s.name, s.active) for s in summarise(points)] == [
        ("C", 0.75),
        ("kernel", 0.5),
        ("degree", 0.25),
    ]


def test_no_points_have_no_parameters():
    assert summarise([]) == ()
