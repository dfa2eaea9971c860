from __future__ import annotations

import hashlib
import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosstrial.decide.draw import draw, is_active, parents_first, point, uniform
from crosstrial.decide.laws import quantile
from crosstrial.spec.document import Model
from crosstrial.spec.space import Space
from support.spaces import law, space

KERNELS = {"C": law("log_uniform", min=1e-3, max=1e3)} | {
    "kernel": law("categorical", values=["rbf", "poly", "linear"]),
    "degree": law("int_uniform", min=2, max=5, when={"kernel": ["poly"]}),
    "gamma": law("log_norm", mu=-2.0, sigma=1.0, when={"kernel": ["rbf", "poly"]}),
}


def drawn(parameters: Space, index: int = 0, seed: int = 7, model: str = "svm") -> dict:
    return draw(parameters, seed=seed, model=model, index=index)


def test_a_parameters_uniform_number_is_that_of_its_own_stream():
    parts = json.dumps([7, "forêt", 3, "max_features/1"], separators=(",", ":"), ensure_ascii=False)
    seed = int.from_bytes(hashlib.sha256(parts.encode()).digest(), "big")
    expected = np.random.Generator(np.random.PCG64(seed)).random()
    assert uniform(7, "forêt", 3, "max_features/1") == expected


def test_a_drawn_value_is_the_quantile_of_its_uniform_number():
    parameters = space(**KERNELS)
    assert drawn(parameters, 5)["C"] == quantile(parameters["C"], uniform(7, "svm", 5, "C"))


@pytest.mark.parametrize(
    ("change", "same"),
    [
        pytest.param({}, True, id="nothing"),
        pytest.param({"seed": 8}, False, id="seed"),
        pytest.param({"model": "knn"}, False, id="model"),
        pytest.param({"index": 1}, False, id="index"),
    ],
)
def test_a_point_depends_on_seed_model_and_index(change: dict, same: bool):
    parameters = space(**KERNELS)
    here = {"seed": 7, "model": "svm", "index": 0}
    assert (draw(parameters, **here) == draw(parameters, **(here | change))) is same


def test_another_parameter_changes_no_other_value():
    fewer = {name: KERNELS[name] for name in ("C", "kernel")}
    for index in range(20):
        whole = drawn(space(**KERNELS), index)
        assert drawn(space(**fewer), index) == {name: whole[name] for name in fewer}


@pytest.mark.parametrize("order", list(itertools.permutations(("kernel", "degree", "gamma"))))
def test_the_order_of_writing_changes_no_value_and_is_kept(order: tuple[str, ...]):
    shuffled = space(**{name: KERNELS[name] for name in order})
    for index in range(20):
        found = drawn(shuffled, index)
        assert found == {k: v for k, v in drawn(space(**KERNELS), index).items() if k != "C"}
        assert list(found) == [name for name in order if name in found]


def test_inactive_parents_deactivate_children():
    chain = space(
        coef=law("constant", value=1.0, when={"degree": [3]}),
        degree=law("categorical", values=[2, 3], when={"kernel": ["poly"]}),
        kernel=law("categorical", values=["rbf", "poly"]),
    )
    seen = {tuple(drawn(chain, index).items()) for index in range(60)}
    assert seen == {
        (("kernel", "rbf"),),
        (("degree", 2), ("kernel", "poly")),
        (("coef", 1.0), ("degree", 3), ("kernel", "poly")),
    }


@pytest.mark.parametrize(
    ("value", "allowed", "active"),
    [
        pytest.param(1, [1], True, id="same-int"),
        pytest.param(1, [1.0], False, id="int-is-not-float"),
        pytest.param(1, [True], False, id="int-is-not-bool"),
        pytest.param(0.5, [0.5], True, id="same-float"),
        pytest.param(None, [None], True, id="null"),
        pytest.param("1", [1], False, id="text-is-not-int"),
        pytest.param([1, 2], [[1, 2]], True, id="list"),
        pytest.param([1, 2], [[2, 1]], False, id="list-order"),
        pytest.param(2, [1, 2], True, id="any-of-several"),
    ],
)
def test_conditions_compare_type_and_value(value: object, allowed: list, active: bool):
    child = space(child=law("constant", value=0, when={"parent": allowed}))["child"]
    assert is_active(child, {"parent": value}) is active


def test_all_parents_must_match():
    child = space(child=law("constant", value=0, when={"a": [1], "b": [2]}))["child"]
    assert is_active(child, {"a": 1, "b": 2})
    assert not is_active(child, {"a": 1, "b": 3})
    assert not is_active(child, {"a": 1})


def test_conditions_see_rounded_values():
    parameters = space(
        width=law("int_uniform", min=1, max=20, round={"mode": "half_up", "to": 10.0}),
        depth=law("constant", value=3, when={"width": [10]}),
    )
    for index in range(40):
        found = drawn(parameters, index)
        assert found["width"] in (10, 20)
        assert ("depth" in found) is (found["width"] == 10)


def test_an_alternative_has_a_stream_of_its_own():
    parameters = space(
        max_features={
            "one_of": [
                law("constant", value="sqrt"),
                law("float_uniform", min=0.1, max=1.0),
            ]
        }
    )
    values = [drawn(parameters, index)["max_features"] for index in range(200)]
    numbers = [value for value in values if value != "sqrt"]
    assert values.count("sqrt") == pytest.approx(100, abs=30)
    # Had the choice's number been used again, it would always be in the upper half.
    assert min(numbers) < 0.3
    index = next(i for i, value in enumerate(values) if value != "sqrt")
    u = uniform(7, "svm", index, "max_features/1")
    assert values[index] == pytest.approx(0.1 + 0.9 * u, rel=1e-12)


POINTS = Model.model_validate(
    {
        "name": "svm",
        "model": "sklearn.svm.SVC",
        "points": [{}, {"kernel": "poly", "tol": 0.1}, {"cache_size": 100}],
        "space": {
            **KERNELS,
            "coef0": law("constant", value=0.5, when={"kernel": ["poly"]}),
            "cache_size": law("constant", value=500),
        },
    }
)


@pytest.mark.parametrize(
    ("index", "expected"),
    [
        pytest.param(0, {"cache_size": 500}, id="default-is-empty"),
        pytest.param(
            1,
            {"kernel": "poly", "tol": 0.1, "coef0": 0.5, "cache_size": 500},
            id="conditional-constant",
        ),
        pytest.param(2, {"cache_size": 100}, id="as-written"),
    ],
)
def test_written_points_come_first_with_the_constants(index: int, expected: dict):
    assert point(POINTS, seed=7, index=index) == expected


def test_draws_after_the_written_points_are_not_shifted():
    unpointed = POINTS.model_copy(update={"points": ()})
    assert point(POINTS, seed=7, index=3) == point(unpointed, seed=7, index=3)


@st.composite
def conditional_spaces(draw_from: st.DrawFn) -> Space:
    """Chains and diamonds of conditions over parameters in any order."""
    names = [f"p{n}" for n in range(draw_from(st.integers(1, 6)))]
    parameters = {}
    for place, name in enumerate(names):
        parents = draw_from(st.lists(st.sampled_from(names[:place]), unique=True)) if place else []
        when = {p: draw_from(st.lists(st.integers(0, 2), min_size=1, unique=True)) for p in parents}
        parameters[name] = law("int_uniform", min=0, max=2, when=when)
    return space(**{name: parameters[name] for name in draw_from(st.permutations(names))})


@settings(max_examples=60, deadline=None)
@given(conditional_spaces(), st.integers(0, 2**32), st.integers(0, 10_000))
def test_exactly_the_active_parameters_are_drawn(parameters: Space, seed: int, index: int):
    found = drawn(parameters, index, seed)
    for name, parameter in parameters.items():
        active = all(found.get(parent) in allowed for parent, allowed in parameter.when.items())
        assert (name in found) is active


@settings(max_examples=60, deadline=None)
@given(conditional_spaces())
def test_parents_are_drawn_before_their_children(parameters: Space):
    order = parents_first(parameters)
    assert sorted(order) == sorted(parameters)
    for name, parameter in parameters.items():
        assert all(order.index(parent) < order.index(name) for parent in parameter.when)
