from __future__ import annotations

import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from crosstrial.decide.draw import draw, uniform
from crosstrial.decide.laws import quantile
from support.spaces import law, space

DRAWS = 10_000
# A correct law fails a test at this level once in a thousand seeds; the seed is fixed.
LEVEL = 1e-3


@pytest.fixture(scope="module")
def uniforms() -> list[float]:
    """The numbers that belong to a parameter `x` of the draws 0..9999."""
    return [uniform(1, "model", index, "x") for index in range(DRAWS)]


def sample(distribution: dict[str, Any], uniforms: list[float]) -> list[Any]:
    parsed = space(x=distribution)["x"]
    return [quantile(parsed, u) for u in uniforms]


def truncated(low: float, high: float, location: float = 0.0, scale: float = 1.0) -> Any:
    a, b = (low - location) / scale, (high - location) / scale
    return stats.truncnorm(a, b, location, scale)


LAWS = [
    pytest.param(law("float_uniform", min=-2.0, max=3.0), stats.uniform(-2, 5).cdf, id="uniform"),
    pytest.param(
        law("log_uniform", min=1e-3, max=1e3), stats.loguniform(1e-3, 1e3).cdf, id="log_uniform"
    ),
    pytest.param(law("norm", mean=3.0, std=2.0), stats.norm(3, 2).cdf, id="norm"),
    pytest.param(
        law("norm", mean=3.0, std=2.0, min=2.0, max=6.0),
        truncated(2, 6, 3, 2).cdf,
        id="norm-both-bounds",
    ),
    pytest.param(
        law("norm", mean=0.0, std=1.0, min=9.0),
        truncated(9, math.inf).cdf,
        id="norm-upper-tail",
    ),
    pytest.param(
        law("norm", mean=0.0, std=1.0, max=-9.0),
        truncated(-math.inf, -9).cdf,
        id="norm-lower-tail",
    ),
    pytest.param(
        law("norm", mean=0.0, std=1.0, min=40.0, max=41.0),
        truncated(40, 41).cdf,
        id="norm-where-probabilities-underflow",
    ),
    pytest.param(
        law("log_norm", mu=-2.0, sigma=1.5),
        stats.lognorm(1.5, scale=math.exp(-2)).cdf,
        id="log_norm",
    ),
    pytest.param(
        law("log_norm", mu=0.0, sigma=1.0, min=0.5, max=2.0),
        lambda x: truncated(math.log(0.5), math.log(2)).cdf(np.log(x)),
        id="log_norm-both-bounds",
    ),
    pytest.param(
        law("log_norm", mu=0.0, sigma=1.0, min=0.0, max=2.0),
        lambda x: truncated(-math.inf, math.log(2)).cdf(np.log(x)),
        id="log_norm-from-zero",
    ),
]


@pytest.mark.parametrize(("distribution", "cdf"), LAWS)
def test_draws_agree_with_the_law(distribution: dict, cdf: Any, uniforms: list[float]):
    assert stats.kstest(sample(distribution, uniforms), cdf).pvalue > LEVEL


COUNTS = [
    pytest.param(
        law("int_uniform", min=-2, max=5), dict.fromkeys(range(-2, 6), 1 / 8), id="int_uniform"
    ),
    pytest.param(
        law("int_log_uniform", min=3, max=20),
        {k: math.log((k + 1) / k) / math.log(21 / 3) for k in range(3, 21)},
        id="int_log_uniform",
    ),
    pytest.param(
        law("categorical", values=["a", None, 2]),
        {"a": 1 / 3, None: 1 / 3, 2: 1 / 3},
        id="categorical",
    ),
    pytest.param(
        law("categorical", values=["a", "never", "b", "c"], weights=[1.0, 0.0, 2.5, 0.5]),
        {"a": 0.25, "b": 0.625, "c": 0.125},
        id="categorical-weights",
    ),
    pytest.param(
        law("float_uniform", min=0.0, max=1.0, round={"mode": "half_up", "to": 0.25}),
        {0.0: 1 / 8, 0.25: 1 / 4, 0.5: 1 / 4, 0.75: 1 / 4, 1.0: 1 / 8},
        id="rounded",
    ),
]


@pytest.mark.parametrize(("distribution", "probabilities"), COUNTS)
def test_counts_agree_with_the_probabilities(
    distribution: dict, probabilities: dict, uniforms: list[float]
):
    counts = Counter(sample(distribution, uniforms))
    assert set(counts) == set(probabilities)
    observed = [counts[value] for value in probabilities]
    expected = [DRAWS * p for p in probabilities.values()]
    assert stats.chisquare(observed, expected).pvalue > LEVEL


def test_alternatives_are_chosen_by_weight():
    alternatives = [law("constant", value="a"), law("int_uniform", min=1, max=2)]
    parameters = space(x={"one_of": alternatives, "weights": [1.0, 3.0]})
    drawn = Counter(draw(parameters, seed=1, model="m", index=i)["x"] for i in range(2000))
    assert stats.chisquare([drawn["a"], drawn[1], drawn[2]], [500, 750, 750]).pvalue > LEVEL


NUMERIC = st.one_of(
    st.tuples(st.integers(-(2**62), 2**62), st.integers(0, 2**62)).map(
        lambda t: law("int_uniform", min=t[0], max=t[0] + t[1])
    ),
    st.tuples(st.integers(1, 10**9), st.integers(0, 10**9)).map(
        lambda t: law("int_log_uniform", min=t[0], max=t[0] + t[1])
    ),
    st.tuples(st.floats(-1e300, 1e300), st.floats(-1e300, 1e300)).map(
        lambda t: law("float_uniform", min=min(t), max=max(t))
    ),
    st.tuples(st.floats(1e-300, 1e300), st.floats(1e-300, 1e300)).map(
        lambda t: law("log_uniform", min=min(t), max=max(t))
    ),
    st.tuples(st.floats(-50, 50), st.floats(0, 100)).map(
        lambda t: law("norm", mean=0.0, std=1.0, min=t[0], max=t[0] + t[1])
    ),
    st.tuples(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9)).map(
        lambda t: law("log_norm", mu=0.0, sigma=2.0, min=min(t), max=max(t))
    ),
)
UNIFORM = st.floats(2.0**-54, 1.0, exclude_max=True)


@given(NUMERIC, UNIFORM)
def test_values_are_finite_and_inside_the_bounds(distribution: dict, u: float):
    value = quantile(space(x=distribution)["x"], u)
    assert math.isfinite(value)
    assert distribution["min"] <= value <= distribution["max"]
    assert isinstance(value, int) is distribution["distribution"].startswith("int")


@given(NUMERIC, UNIFORM, UNIFORM)
def test_a_greater_number_never_gives_a_smaller_value(distribution: dict, u: float, v: float):
    parsed = space(x=distribution)["x"]
    low, high = quantile(parsed, min(u, v)), quantile(parsed, max(u, v))
    # Two neighbouring numbers may differ by the rounding of the last bits.
    assert low <= high or math.isclose(low, high, rel_tol=1e-9)


@pytest.mark.parametrize(
    "distribution",
    [
        pytest.param(law("log_norm", mu=5000.0, sigma=1.0), id="log_norm"),
        pytest.param(law("norm", mean=1e308, std=1e308), id="norm"),
    ],
)
@pytest.mark.parametrize("u", [2.0**-54, 0.5, 1 - 2.0**-53])
def test_values_without_bounds_stay_finite(distribution: dict, u: float):
    assert math.isfinite(quantile(space(x=distribution)["x"], u))
