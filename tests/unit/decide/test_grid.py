"""The grid: exactly the product of the parameters' values, without what is inactive."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrial.decide.axes import axis
from crosstrial.decide.designs import told
from crosstrial.decide.grid import combinations, grid_size
from crosstrial.spec.activity import is_active
from support.spaces import law, space

CONSTANT = {"distribution": "constant", "value": 1}
TENTHS = {"mode": "half_up", "to": 0.1}
TENS = {"mode": "floor", "to": 10}
WHOLE = {"mode": "half_up", "to": 1}
SIXTY_THOUSAND = law("int_uniform", min=1, max=60_000)


def values(parameter: dict[str, Any], levels: int | None = 3) -> list[Any]:
    return list(axis(space(p=parameter)["p"], levels).values)


@pytest.mark.parametrize(
    ("parameter", "expected"),
    [
        pytest.param(CONSTANT, [1], id="constant"),
        pytest.param(law("categorical", values=["a", None, 1, 1.0]), ["a", None, 1, 1.0], id="all"),
        pytest.param(law("categorical", values=[1, 2], weights=[0, 1]), [2], id="no-weight"),
        pytest.param(law("int_uniform", min=2, max=6), [2, 3, 4, 5, 6], id="integers"),
        pytest.param(law("int_log_uniform", min=1, max=4), [1, 2, 3, 4], id="log-integers"),
        pytest.param(law("int_uniform", min=5, max=35, round=TENS), [10, 20, 30], id="tens"),
        pytest.param(law("float_uniform", min=0.0, max=1.0), [0.0, 0.5, 1.0], id="with-bounds"),
        pytest.param(law("log_uniform", min=1e-3, max=1e3), [0.001, 1.0, 1000.0], id="decades"),
        pytest.param(law("float_uniform", min=0.0, max=0.1, round=TENTHS), [0.0, 0.1], id="round"),
        pytest.param(
            {"one_of": [CONSTANT, law("int_uniform", min=1, max=2)]}, [1, 2], id="alternatives"
        ),
    ],
)
def test_a_parameter_has_its_values_each_once(parameter: dict[str, Any], expected: list) -> None:
    found = values(parameter)
    assert found == expected
    assert [type(value) for value in found] == [type(value) for value in expected]


def test_a_normal_parameter_has_the_middles_of_equal_shares() -> None:
    low, middle, high = values(law("norm", mean=2.0, std=1.0))
    assert middle == 2.0
    assert low == pytest.approx(2.0 - 0.9674, abs=1e-4)
    assert high == pytest.approx(2.0 + 0.9674, abs=1e-4)


@pytest.mark.parametrize(
    ("parameter", "size"),
    [
        pytest.param(law("float_uniform", min=0.0, max=1.0), math.inf, id="continuous"),
        pytest.param(law("float_uniform", min=1.0, max=1.0), 1, id="one-value"),
        pytest.param(law("float_uniform", min=0.0, max=1.0, round=TENTHS), 11, id="tenths"),
        pytest.param(law("norm", mean=0.0, std=0.01, round=WHOLE), 1, id="narrow-normal"),
        pytest.param(law("norm", mean=0.0, std=1.0, round=WHOLE), 17, id="normal"),
        pytest.param(law("int_uniform", min=-(2**63), max=2**63 - 1), 2**64, id="all-integers"),
        pytest.param(
            {"one_of": [CONSTANT, law("float_uniform", min=0.0, max=1.0)]}, math.inf, id="mixed"
        ),
        pytest.param({"one_of": [SIXTY_THOUSAND] * 2}, 60_000, id="the-same-twice"),
    ],
)
def test_without_levels_a_space_has_as_many_points_as_can_be_drawn(
    parameter: dict[str, Any], size: float
) -> None:
    assert grid_size(space(p=parameter), None) == size


def test_inactive_parameters_are_left_out_and_make_no_duplicates() -> None:
    kernels = space(
        kernel=law("categorical", values=["rbf", "poly", "linear"]),
        degree=law("int_uniform", min=2, max=3, when={"kernel": ["poly"]}),
        gamma=law("categorical", values=[0.1, 1.0], when={"kernel": ["rbf", "poly"]}),
    )
    expected = [
        {"kernel": "rbf", "gamma": 0.1},
        {"kernel": "rbf", "gamma": 1.0},
        *({"kernel": "poly", "degree": d, "gamma": g} for d in (2, 3) for g in (0.1, 1.0)),
        {"kernel": "linear"},
    ]
    found = combinations(kernels, None)
    assert sorted(map(told, found)) == sorted(map(told, expected))


def test_many_conditions_are_counted_without_writing_them_out() -> None:
    switches = {f"s{i}": law("categorical", values=[True, False]) for i in range(40)}
    children = {
        f"c{i}": law("int_uniform", min=1, max=10**6, when={f"s{i}": [True]}) for i in range(40)
    }
    assert grid_size(space(**switches, **children), None) == pytest.approx(float(10**6 + 1) ** 40)


PARENT = st.one_of(
    st.integers(1, 4).map(lambda n: law("int_uniform", min=0, max=n)),
    st.lists(st.sampled_from(["a", "b", 0, 1, 2]), min_size=1, max_size=4, unique=True).map(
        lambda v: law("categorical", values=v)
    ),
)
ASKED = st.lists(st.sampled_from(["a", "b", 0, 1, 2]), min_size=1, unique=True)
CHILD = st.one_of(PARENT, st.just(law("log_uniform", min=0.1, max=10.0)), st.just(CONSTANT))


@st.composite
def conditional_spaces(draw: st.DrawFn) -> dict[str, Any]:
    """Spaces of up to three generations."""
    top, middle, leaf = draw(PARENT), draw(PARENT), draw(CHILD)
    return {
        "leaf": {**leaf, "when": {"middle": draw(ASKED)}},
        "top": top,
        "middle": {**middle, "when": {"top": draw(ASKED)}},
        "free": draw(CHILD),
    }


@given(parameters=conditional_spaces(), levels=st.integers(1, 4))
def test_the_grid_is_exactly_the_product(parameters: dict[str, Any], levels: int) -> None:
    whole = space(**parameters)
    found = [told(point) for point in combinations(whole, levels)]
    assert len(set(found)) == len(found) == grid_size(whole, levels)
    for point in combinations(whole, levels):
        assert {n for n in whole if is_active(whole[n], point)} == point.keys()
        assert all(value in axis(whole[n], levels).values for n, value in point.items())
