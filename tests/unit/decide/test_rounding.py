from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosstrial.decide.rounding import rounded
from crosstrial.spec.space import Rounding


def to(step: float, mode: str = "half_up") -> Rounding:
    return Rounding.model_validate({"mode": mode, "to": step})


@pytest.mark.parametrize(
    ("value", "rounding", "expected"),
    [
        pytest.param(2.5, to(1.0), 3, id="half-up"),
        pytest.param(-0.5, to(1.0), 0, id="half-up-takes-minus-half-to-zero"),
        pytest.param(-1.5, to(1.0), -1, id="half-up-is-towards-plus"),
        pytest.param(2.999, to(1.0, "floor"), 2, id="floor"),
        pytest.param(-2.001, to(1.0, "floor"), -3, id="floor-of-a-negative"),
        pytest.param(2.001, to(1.0, "ceil"), 3, id="ceil"),
        pytest.param(0.3, to(0.1, "floor"), 0.3, id="decimal-not-binary-floor"),
        pytest.param(0.7, to(0.1, "ceil"), 0.7, id="decimal-not-binary-ceil"),
        pytest.param(1.005, to(0.01), 1.01, id="decimal-half"),
        pytest.param(1e-05, to(1e-06), 1e-05, id="exponents"),
        pytest.param(137, to(50.0), 150, id="int-to-int"),
        pytest.param(7, to(2.5), 7.5, id="int-to-float"),
    ],
)
def test_rounding_counts_decimal_multiples(value: float, rounding: Rounding, expected: float):
    result = rounded(value, rounding, None, None)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "low", "high", "expected"),
    [
        pytest.param(1.2, 1.0, 9.0, 5, id="up-to-the-lowest-inside"),
        pytest.param(99.0, 1.0, 99.0, 95, id="down-to-the-greatest-inside"),
        pytest.param(10.0, 10.0, 20.0, 10, id="a-bound-is-inside"),
        pytest.param(1e300, None, None, 2**63 - 3, id="no-more-than-64-bits"),
    ],
)
def test_a_result_outside_moves_to_the_nearest_multiple_inside(
    value: float, low: float | None, high: float | None, expected: int
):
    assert rounded(value, to(5.0), low, high) == expected


def test_no_multiple_inside_the_bounds_is_an_error():
    with pytest.raises(ValueError, match=r"no multiple of 5\.0 lies between 1\.0 and 4\.0"):
        rounded(2.0, to(5.0), 1.0, 4.0)


@given(
    st.floats(-1e6, 1e6),
    st.sampled_from([0.01, 0.1, 0.25, 1.0, 3.0, 10.0]),
    st.sampled_from(["half_up", "floor", "ceil"]),
)
def test_a_rounded_value_is_a_multiple_within_one_step(value: float, step: float, mode: str):
    result = rounded(value, to(step, mode), None, None)
    count = Decimal(repr(result)) / Decimal(repr(step))
    assert count == int(count)
    assert abs(result - value) <= step * (1 + 1e-9)
    assert isinstance(result, int) is step.is_integer()
