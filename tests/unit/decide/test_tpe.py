"""Suggestions: a function of what is recorded, never a repeat, better where scores say so."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean
from typing import Any

import pytest

from crosstrial.decide.coordinates import coordinates
from crosstrial.decide.designs import design, told
from crosstrial.decide.draw import drawn, paths, uniform
from crosstrial.decide.laws import quantile
from crosstrial.decide.tpe import STARTUP, suggestion
from crosstrial.spec.activity import is_active
from crosstrial.spec.document import Model
from crosstrial.spec.space import Point
from support.spaces import law, space

SCALE = {"distribution": "constant", "value": "scale"}
KERNELS = {
    "C": law("log_uniform", min=1e-3, max=1e3),
    "kernel": law("categorical", values=["rbf", "poly", "never"], weights=[3, 1, 0]),
    "degree": law("int_uniform", min=2, max=5, when={"kernel": ["poly"]}),
    "gamma": {"one_of": [SCALE, law("log_norm", mu=-2.0, sigma=1.0)]},
}
FEW = {"a": law("int_uniform", min=1, max=4), "b": law("categorical", values=["x", "y", "z"])}
NUMERIC = [
    law("int_uniform", min=2, max=9),
    law("int_log_uniform", min=1, max=500),
    law("float_uniform", min=-1.0, max=3.0),
    law("log_uniform", min=1e-3, max=1e3),
    law("norm", mean=2.0, std=0.5),
    law("norm", mean=0.0, std=1.0, min=3.0, max=6.0),
    law("log_norm", mu=-2.0, sigma=1.0, max=1.0),
]


def model(parameters: dict[str, Any], *points: Point) -> Model:
    return Model(name="svm", model="a.B", points=points, space=space(**parameters))


def suggested(
    of: Model,
    index: int,
    earlier: Mapping[int, Point],
    scores: Mapping[int, float | None],
    dataset: str = "iris",
) -> Point:
    return suggestion(of, seed=7, dataset=dataset, index=index, earlier=earlier, scores=scores)


def searched(of: Model, count: int, score: Any, dataset: str = "iris") -> list[Point]:
    """What a pair is given, one after another."""
    points: dict[int, Point] = {}
    scores: dict[int, float | None] = {}
    for index in range(count):
        points[index] = suggested(of, index, points, scores, dataset)
        scores[index] = score(points[index])
    return list(points.values())


def test_it_begins_with_the_written_points_and_those_of_sobol() -> None:
    of = model(KERNELS, {"C": 2.0})
    begun = design(of, kind="sobol", levels=None, seed=7)
    found = searched(of, STARTUP, lambda _: 1.0)
    assert found == [begun.point(index) for index in range(STARTUP)]


def test_then_each_pair_goes_its_own_way_and_the_same_one_again() -> None:
    of = model(KERNELS)
    here = searched(of, 14, lambda p: -p["C"])
    assert searched(of, 14, lambda p: -p["C"]) == here
    assert searched(of, 14, lambda p: -p["C"], "wine")[STARTUP:] != here[STARTUP:]
    assert searched(of, 14, lambda p: p["C"])[STARTUP:] != here[STARTUP:]


def test_it_finds_what_scores_well() -> None:
    found = searched(model(KERNELS), 40, lambda p: -abs(p["C"] - 10) - (p["kernel"] == "poly"))
    close = [abs(point["C"] - 10) < 9 for point in found]
    assert fmean(close[-15:]) > 2 * fmean(close[:STARTUP])
    assert sum(point["kernel"] == "rbf" for point in found[-15:]) >= 12


def test_it_keeps_away_from_what_fails() -> None:
    found = searched(model(KERNELS), 40, lambda p: None if p["C"] > 1 else 0.5)
    assert sum(point["C"] > 1 for point in found[:STARTUP]) == STARTUP // 2
    assert sum(point["C"] > 1 for point in found[-15:]) <= 3


def test_only_active_parameters_that_have_a_chance_are_suggested() -> None:
    of = model(KERNELS)
    for point in searched(of, 40, lambda p: p.get("degree", 0)):
        assert point.keys() == {n for n, p in of.space.items() if is_active(p, point)}
        assert point["kernel"] != "never"


def test_no_point_is_suggested_twice_and_all_there_are_are_tried() -> None:
    found = searched(model(FEW, {"a": 9}, {"a": 2, "b": "x"}), 13, lambda p: p["a"])
    assert len({told(point) for point in found}) == 13


def test_what_is_pending_is_not_suggested_again() -> None:
    earlier = dict(enumerate(searched(model(FEW), 11, lambda p: p["a"])))
    scores = dict.fromkeys(range(STARTUP), 1.0)
    assert told(suggested(model(FEW), 11, earlier, scores)) not in map(told, earlier.values())


def test_where_nothing_is_left_it_says_so() -> None:
    everything = dict(enumerate(searched(model(FEW), 12, lambda p: p["a"])))
    with pytest.raises(ValueError, match="svm has no more than 12 configurations"):
        suggested(model(FEW), 12, everything, dict.fromkeys(everything, 1.0))


@pytest.mark.parametrize("parameter", NUMERIC, ids=lambda p: p["distribution"])
def test_a_numbers_coordinate_is_the_share_below_it(parameter: dict[str, Any]) -> None:
    of = space(p=parameter)
    for step in range(1, 40):
        value = quantile(of["p"], step / 40)  # type: ignore[arg-type]
        place = coordinates(of, {"p": value})["p"]
        assert quantile(of["p"], place) == pytest.approx(value, rel=1e-6)  # type: ignore[arg-type]


def test_choices_are_told_by_their_places_among_those_with_a_chance() -> None:
    of = space(k=law("categorical", values=["a", 1, True], weights=[0, 1, 1]), **KERNELS)
    assert coordinates(of, {"k": True, "gamma": "scale"}) == {"k": 1, "gamma": 0}
    assert coordinates(of, {"k": "a", "gamma": None, "unknown": 3}) == {}
    assert coordinates(of, {"gamma": 0.1353352832366127}) == {
        "gamma": 1,
        "gamma/1": pytest.approx(0.5),
    }


def test_every_path_of_a_draw_has_a_coordinate() -> None:
    of = space(**KERNELS)
    for index in range(50):
        used: set[str] = set()
        point = drawn(of, lambda path: used.add(path) or uniform(7, "svm", index, path))  # type: ignore[func-returns-value]  # noqa: B023
        assert coordinates(of, point).keys() == used <= paths(of).keys()
