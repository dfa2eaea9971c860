"""Designs: the written points first, no point twice, a finite space to its last point."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import qmc

from crosstrial.decide.designs import Design, DesignKind, design, told
from crosstrial.decide.draw import uniform
from crosstrial.decide.grid import combinations
from crosstrial.decide.sequences import elements
from crosstrial.spec.activity import is_active, with_constants
from crosstrial.spec.document import Model
from support.spaces import law, space

SOBOL = [0.5499566439539194, 0.04347776807844639, 0.46060784347355366]
KINDS: tuple[DesignKind, ...] = ("grid", "sobol", "halton")
SCALE = {"distribution": "constant", "value": "scale"}
KERNELS = {
    "C": law("log_uniform", min=1e-3, max=1e3),
    "kernel": law("categorical", values=["rbf", "poly", "linear"], weights=[3, 1, 1]),
    "degree": law("int_uniform", min=2, max=5, when={"kernel": ["poly"]}),
    "gamma": {"one_of": [SCALE, law("log_norm", mu=-2.0, sigma=1.0)]}
    | {"when": {"kernel": ["rbf", "poly"]}},
    "tol": {"distribution": "constant", "value": 0.01, "when": {"kernel": ["poly"]}},
}
COUNTABLE = {
    "a": law("int_uniform", min=1, max=4),
    "b": law("categorical", values=[True, 1, 1.0], weights=[1e-9, 1, 1]),
    "c": law("int_uniform", min=1, max=2, when={"a": [2, 3]}),
}


def model(parameters: dict[str, Any], *points: dict[str, Any], name: str = "svm") -> Model:
    return Model(name=name, model="a.B", points=points, space=space(**parameters))


def made(of: Model, kind: DesignKind, seed: int = 7) -> Design:
    return design(of, kind=kind, levels=3 if kind == "grid" else None, seed=seed)


def first(of: Design, count: int) -> list[dict[str, Any]]:
    points = [of.point(index) for index in range(count)]
    return [point for point in points if point is not None]


@pytest.mark.parametrize("kind", KINDS)
def test_the_written_points_come_first_with_their_constants(kind: DesignKind) -> None:
    of = model(KERNELS, {"kernel": "poly", "degree": 9}, {})
    assert first(made(of, kind), 2) == [{"kernel": "poly", "degree": 9, "tol": 0.01}, {}]


@pytest.mark.parametrize("kind", ["sobol", "halton"])
def test_points_that_are_written_shift_no_other(kind: DesignKind) -> None:
    plain, more = made(model(KERNELS), kind), made(model(KERNELS, {}, {"C": 1.0}), kind)
    assert first(more, 20)[2:] == first(plain, 20)[2:]


@pytest.mark.parametrize("kind", KINDS)
def test_a_design_depends_on_the_seed_and_the_models_name(kind: DesignKind) -> None:
    here = first(made(model(KERNELS), kind), 20)
    assert first(made(model(dict(KERNELS)), kind), 20) == here
    assert first(made(model(KERNELS), kind, seed=8), 20) != here
    assert first(made(model(KERNELS, name="other"), kind), 20) != here


@pytest.mark.parametrize("kind", KINDS)
def test_a_finite_space_is_covered_to_its_last_point_and_then_there_is_none(
    kind: DesignKind,
) -> None:
    of = model(COUNTABLE, {"a": 2, "b": 1, "c": 1}, {"a": 99})
    space_points = {told(point) for point in combinations(of.space, None)}
    written = {told(with_constants(point, of.space)) for point in of.points}
    found = [told(point) for point in first(made(of, kind), 50)]
    assert len(found) == len(set(found)) == 19
    assert set(found) == space_points | written
    assert made(of, kind).point(19) is None
    assert (made(of, kind).size(18), made(of, kind).size(19)) == (None, 19)


@pytest.mark.parametrize("kind", ["sobol", "halton"])
@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"p": {"distribution": "constant", "value": 1}}, id="constants"),
    ],
)
def test_a_space_without_a_choice_has_one_point(
    kind: DesignKind, parameters: dict[str, Any]
) -> None:
    assert made(model(parameters), kind).size(5) == 1


@pytest.mark.parametrize("kind", ["sobol", "halton"])
@pytest.mark.parametrize(
    "parameter",
    [
        pytest.param(law("float_uniform", min=0.0, max=1e-321), id="hardly above zero"),
        pytest.param(law("norm", mean=1e17, std=300.0), id="steps of 16"),
    ],
)
def test_an_interval_of_few_numbers_has_an_end(kind: DesignKind, parameter: dict[str, Any]) -> None:
    narrow = made(model({"x": parameter}), kind)
    size = narrow.size(400)
    assert size is not None
    assert narrow.point(size - 1) is not None
    assert narrow.point(size) is None


@pytest.mark.parametrize("kind", ["sobol", "halton"])
def test_what_is_hardly_ever_drawn_does_not_exhaust_an_endless_space(kind: DesignKind) -> None:
    rare = {
        "k": law("categorical", values=["a", "b"], weights=[1, 1e-12]),
        "x": law("float_uniform", min=0.0, max=1.0, when={"k": ["b"]}),
    }
    points = first(made(model(rare), kind), 10)
    assert len({told(point) for point in points}) == 10
    assert made(model(rare), kind).size(10**6) is None


@pytest.mark.parametrize("kind", ["sobol", "halton"])
def test_a_sequence_fills_the_cube_more_evenly_than_chance(kind: DesignKind) -> None:
    for seed in range(20):
        even = np.array(list(islice(elements(kind, 4, seed), 64)))
        chance = np.array([[uniform(seed, "m", i, p) for p in "abcd"] for i in range(64)])
        assert qmc.discrepancy(even) < qmc.discrepancy(chance)


def test_sobols_points_are_these_on_every_machine() -> None:
    points = first(made(model({"x": law("float_uniform", min=0.0, max=1.0)}), "sobol"), 3)
    assert [point["x"] for point in points] == pytest.approx(SOBOL, abs=1e-12)


@settings(max_examples=20)
@given(seed=st.integers(0, 2**40), kind=st.sampled_from(KINDS))
def test_inactive_parameters_are_never_drawn(seed: int, kind: DesignKind) -> None:
    of = model(KERNELS)
    for point in first(made(of, kind, seed), 30):
        assert point.keys() == {n for n, p in of.space.items() if is_active(p, point)}
