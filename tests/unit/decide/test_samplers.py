"""Samplers: what a pair is given next, how much there is, and when it must wait."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.decide.conditions import SPACE_EXHAUSTED, next_status
from crosstrial.decide.coverage import coverage_mistakes
from crosstrial.decide.draw import point
from crosstrial.decide.pair_views import PairView, pair_views
from crosstrial.decide.samplers import fixed_sampler, possible_runs, ranges
from crosstrial.decide.snapshot import Progress
from crosstrial.domain.pair import Pair, PairState, PairSums
from crosstrial.spec.document import Experiment
from support.plans import batch, entry, running, view
from support.registered import ESTIMATOR, MOMENT, SPACE, document, record
from support.used import in_ranges

FOREST = Pair("forest", "iris")
THREE = {"C": {"distribution": "int_uniform", "min": 1, "max": 3}}


def sampled(
    kind: str, runs: int, parameters: dict[str, Any] | None = None, **spec: Any
) -> Experiment:
    """Two models, two data sets, one sampler; a space of three points unless told otherwise."""
    models = [
        {"name": name, "model": ESTIMATOR, "space": THREE if parameters is None else parameters}
        for name in ("forest", "svm")
    ]
    sampler = {"kind": kind} | ({"levels": 3} if kind == "grid" else {})
    return document(runs=runs, modelGroups={"all": models}, sampler=sampler, **spec)


def forest(of: Experiment, *, counted: int, failed: int = 0) -> PairView:
    sums = PairSums(model="forest", succeeded=counted - failed, failed=failed, next=counted)
    return pair_views(view(record(of=of), Progress(sums={FOREST: sums})))[FOREST]


@pytest.mark.parametrize("kind", ["grid", "sobol", "halton", "tpe"])
def test_a_space_that_is_smaller_than_the_runs_ends_the_pair_as_done(kind: str) -> None:
    of = sampled(kind, runs=9)
    assert possible_runs(of) == {"forest": 3, "svm": 3}
    assert forest(of, counted=2).left == 1
    assert (forest(of, counted=3).state, forest(of, counted=3).left) == (PairState.DONE, 0)


def test_random_alone_may_repeat_and_is_never_exhausted() -> None:
    of = sampled("random", runs=9)
    assert possible_runs(of) == {"forest": 9, "svm": 9}
    assert (forest(of, counted=3).state, forest(of, counted=3).left) == (PairState.OPEN, 6)
    drawn = fixed_sampler(of).draw(FOREST, 5).parameters
    assert drawn == point(of.models()["forest"], seed=0, index=5)


def test_failures_are_replaced_as_long_as_there_are_points() -> None:
    of = sampled("sobol", runs=2, evaluation={"failures": "replace"})
    assert forest(of, counted=2, failed=1).left == 1
    assert forest(of, counted=3, failed=2).state is PairState.DONE


def test_the_condition_names_the_spaces_that_were_too_small() -> None:
    of, sums = sampled("grid", runs=9), PairSums(model="forest", succeeded=3, next=3)
    said = next_status(view(record(of=of), Progress(sums={FOREST: sums})), (), MOMENT, end=None)
    condition = said.condition(SPACE_EXHAUSTED)
    assert condition is not None
    assert (condition.status, condition.reason) == ("True", "EveryPointTried")
    assert "runsPerPair, 9: forest (3)" in condition.message
    fresh = next_status(view(record(of=of)), (), MOMENT, end=None)
    assert fresh.condition(SPACE_EXHAUSTED) is None


def test_tpe_has_at_most_four_trials_of_a_pair_without_an_outcome() -> None:
    of = record(of=sampled("tpe", runs=20, parameters=SPACE))
    for pending, ready in ((3, True), (4, False)):
        live = running(batch(*(entry(index) for index in range(pending))))
        seen = pair_views(view(of, live=[live], next_number=1))[FOREST]
        assert (seen.left, seen.is_ready) == (20 - pending, ready)


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        pytest.param(2, "the grid of forest has 3 configurations, and runsPerPair is 2", id="less"),
        pytest.param(3, None, id="as-many"),
    ],
)
def test_a_grid_larger_than_the_runs_is_refused_with_its_count(
    runs: int, words: str | None
) -> None:
    told = [str(mistake) for mistake in coverage_mistakes(sampled("grid", runs=runs))]
    assert len(told) == (0 if words is None else 2)
    assert words is None or words in told[0]


def test_ranges_name_indices_in_few_words() -> None:
    indices = [7, 0, 1, 2, 4, 5]
    assert ranges(indices) == ((0, 2), (4, 5), (7, 7))
    assert in_ranges(ranges(indices)) == sorted(indices)
    assert ranges([]) == ()
