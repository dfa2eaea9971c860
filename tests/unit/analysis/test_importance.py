"""Which parameters matter: shares where they can be told, and a reason where they cannot."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from numpy.random import default_rng

from crosstrial.analysis.importance import Branch, Trial, branches, mean_ranks
from crosstrial.decide.draw import draw
from crosstrial.spec.space import (
    Categorical,
    Constant,
    FloatUniform,
    LogUniform,
    OneOf,
    Point,
    Space,
)

FLAT: Space = {
    "rate": LogUniform(distribution="log_uniform", min=1e-4, max=1.0),
    "depth": FloatUniform(distribution="float_uniform", min=0, max=1),
    "jobs": Constant(value=1),
}
BRANCHED: Space = {
    "kernel": Categorical(distribution="categorical", values=("rbf", "linear")),
    "gamma": FloatUniform(distribution="float_uniform", min=0, max=1, when={"kernel": ("rbf",)}),
    "features": OneOf(
        one_of=(
            Constant(value="sqrt"),
            FloatUniform(distribution="float_uniform", min=0, max=1),
        )
    ),
}


def _trials(space: Space, count: int, score: Callable[[Point], float]) -> list[Trial]:
    points = [draw(space, seed=0, model="m", index=index) for index in range(count)]
    return [(point, score(point)) for point in points]


def test_shares_are_those_of_the_true_function() -> None:
    def score(point: Point) -> float:
        rate, depth = point["rate"], point["depth"]
        assert isinstance(rate, float)
        assert isinstance(depth, float)
        # Over the space log10(rate) has the variance 16/12, 5/3 depth 25/9/12.
        return (math.log10(rate)) + 5 / 3 * depth

    [branch] = branches(_trials(FLAT, 200, score))
    assert branch.active == ("rate", "depth")
    assert branch.share is not None
    assert branch.r2 is not None
    assert branch.share["rate"] == pytest.approx(4 / 3 / (4 / 3 + 25 / 108), abs=0.06)
    assert branch.share["depth"] == pytest.approx(25 / 108 / (4 / 3 + 25 / 108), abs=0.06)


def test_a_conditional_space_falls_into_branches_of_like_configurations() -> None:
    found = branches(
        _trials(BRANCHED, 400, lambda p: float(p.get("gamma", 0.5)))  # type: ignore[arg-type]
    )
    told = {frozenset(branch.active) for branch in found if branch.share}
    assert told == {frozenset({"gamma", "features"}), frozenset({"gamma"})}
    assert sum(branch.trials for branch in found) == 400
    assert {branch.reason for branch in found if not branch.share} <= {
        "nothing varies",
        "all configurations score the same",
    }


@pytest.mark.parametrize(
    ("count", "score", "reason"),
    [
        (30, lambda p: p["depth"], "30 trials are too few: 50 at least"),
        (60, lambda _: 1.0, "all configurations score the same"),
    ],
)
def test_what_cannot_be_told_has_a_reason(
    count: int, score: Callable[[Point], float], reason: str
) -> None:
    [branch] = branches(_trials(FLAT, count, score))
    assert branch == Branch(("rate", "depth"), count, reason=reason)


def test_noise_has_no_importances() -> None:
    noise = default_rng(0)
    [branch] = branches(_trials(FLAT, 100, lambda _: float(noise.normal())))
    assert branch.share is None
    assert branch.reason is not None
    assert "less than 50% of the variance" in branch.reason


def test_parameters_are_ranked_within_data_sets() -> None:
    assert mean_ranks([{"a": 0.9, "b": 0.05}, {"b": 0.3, "a": 0.2}, {"a": 0.5, "b": 0.5}]) == {
        "a": 1.5,
        "b": 1.5,
    }
    with pytest.raises(ValueError, match="different branches"):
        mean_ranks([{"a": 1.0}, {"b": 1.0}])
