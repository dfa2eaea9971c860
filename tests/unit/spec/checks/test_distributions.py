from __future__ import annotations

import math

import pytest
from scipy.stats import norm

from crosstrial.spec.checks.distributions import normal_mass
from support.documents import P, assert_told, broken_parameter, parsed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_parameter(
            "int-order",
            "distribution: int_uniform, min: ↓4, max: 3",
            "min 4 is greater than max 3; ex",
        ),
        broken_parameter(
            "float-order",
            "distribution: float_uniform, min: ↓0.5, max: .25",
            "min 0.5 is greater than",
        ),
        broken_parameter(
            "log-from-0",
            "distribution: log_uniform, min: ↓0, max: 1",
            "greater than 0 for log_uniform",
        ),
        broken_parameter(
            "int-log-from-0",
            "distribution: int_log_uniform, min: ↓0, max: 9",
            "at least 1 for int_log",
        ),
        broken_parameter(
            "std",
            "distribution: norm, mean: 0, std: ↓0",
            "std must be greater than 0, not 0; write",
        ),
        broken_parameter(
            "sigma", "distribution: log_norm, mu: 0, sigma: ↓-1", "sigma must be greater than 0"
        ),
        broken_parameter(
            "tail", "distribution: norm, mean: 0, std: 1, min: ↓50", "the bounds leave nothing"
        ),
        broken_parameter(
            "tail-below", "distribution: norm, mean: 0, std: 1, max: ↓-50", "leave nothing"
        ),
        broken_parameter(
            "no-width", "distribution: norm, mean: 0, std: 1, min: ↓1, max: 1", "leave nothing"
        ),
        broken_parameter(
            "below-0", "distribution: log_norm, mu: 0, sigma: 1, max: ↓-1", "leave nothing"
        ),
        broken_parameter(
            "no-values",
            "distribution: categorical, ↓values: []",
            "is empty; name at least one value",
        ),
        broken_parameter(
            "value-twice", 'distribution: categorical, values: [a, ↓"a"]', '"a" stands here already'
        ),
        broken_parameter("alternative-twice", "oneOf: [1, ↓1]", "1 stands here already; remove it"),
        broken_parameter(
            "law-twice",
            "oneOf: [{distribution: norm, mean: 0, std: 1},"
            " ↓{distribution: norm, mean: 0, std: 1}]",
            "stands here already",
        ),
        broken_parameter("no-alternative", "↓oneOf: []", "is empty"),
        broken_parameter(
            "alternative-law",
            "oneOf: [1, {distribution: int_uniform, min: ↓2, max: 1}]",
            "oneOf[1].min: min 2 is greater than max 1",
        ),
        broken_parameter(
            "alternative-when",
            "oneOf: [1, {distribution: constant, value: 2, ↓when: {kernel: [rbf]}}]",
            "an alternative has no condition of its own; write `when` beside `oneOf`",
        ),
        broken_parameter(
            "weights-count",
            "distribution: categorical, values: [a, b], ↓weights: [1]",
            "there are 1 weights for 2 values; write one for each",
        ),
        broken_parameter(
            "weight-sign",
            "oneOf: [1, 2], weights: [1, ↓-1]",
            "the weight -1 is negative; write 0 or",
        ),
        broken_parameter(
            "weight-sum", "oneOf: [1, 2], ↓weights: [0, 0]", "no finite sum above 0; write such as"
        ),
        broken_parameter(
            "weight-flood", "oneOf: [1, 2], ↓weights: [1e308, 1e308]", "no finite sum above 0"
        ),
        broken_parameter(
            "no-multiple",
            "distribution: float_uniform, min: 1, max: 4, ↓round: {mode: floor, to: 5}",
            "no multiple of 5 lies inside the bounds; widen the bounds or choose a smaller `to`",
        ),
        broken_parameter(
            "no-decimal-multiple",
            "distribution: log_uniform, min: 0.11, max: 0.19, ↓round: {mode: half_up, to: 0.1}",
            "no multiple of 0.1 lies inside",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(P, "p: {distribution: float_uniform, min: 1, max: 1}", id="one-real"),
        pytest.param(P, "p: {distribution: norm, mean: 0, std: 1, min: 30}", id="far-tail"),
        pytest.param(P, "p: {distribution: log_norm, mu: 0, sigma: 1, min: 0}", id="from-0"),
        pytest.param(
            P,
            "p: {distribution: categorical, values: [1, 1.0, true, '1', [1], null]}",
            id="types-differ",
        ),
        pytest.param(
            P,
            "p: {distribution: int_uniform, min: 1, max: 9, round: {mode: ceil, to: 5}}",
            id="one-multiple",
        ),
        pytest.param(P, "p: {oneOf: [a, 1], weights: [0, 2]}", id="weight-of-0"),
    ],
)
def test_what_can_work_is_accepted(old: str, new: str) -> None:
    assert parsed(old, new)


@pytest.mark.parametrize(
    ("a", "b"),
    [(-math.inf, math.inf), (-1.0, 2.0), (0.5, 0.6), (5.0, 6.0), (20.0, math.inf), (-9.0, -8.0)],
)
def test_the_mass_is_that_of_the_normal_law(a: float, b: float) -> None:
    expected = norm.sf(a) - norm.sf(b) if a > 0 else norm.cdf(b) - norm.cdf(a)
    assert normal_mass(a, b) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(0.3, 0.3), (40.0, 41.0), (-math.inf, -60.0)])
def test_where_nothing_is_left_the_mass_is_0(a: float, b: float) -> None:
    assert normal_mass(a, b) == 0
