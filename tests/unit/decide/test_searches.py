"""Searches of a pair: draws of their own, the first as if it were alone, ends and pending."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosstrial.decide.conditions import SPACE_EXHAUSTED, next_status
from crosstrial.decide.pair_states import pair_states
from crosstrial.decide.pair_views import pair_views
from crosstrial.decide.samplers import Sampler, possible_runs, sampler_of
from crosstrial.decide.snapshot import ExperimentView, Progress, Tried
from crosstrial.decide.tpe import STARTUP
from crosstrial.domain.batch import Batch, Entry
from crosstrial.domain.pair import Pair, PairState, PairSums
from crosstrial.domain.search import place_of
from crosstrial.spec.document import Experiment
from crosstrial.spec.space import Point
from support.plans import batch, entry, running, view
from support.registered import ESTIMATOR, MOMENT, SPACE, document, record

FOREST = Pair("forest", "iris")
WRITTEN = {"C": 7.5}
THREE = {"C": {"distribution": "int_uniform", "min": 1, "max": 3}}
FIXED = ["random", "sobol", "halton"]


def searched(
    kind: str, searches: int, runs: int = 20, parameters: Mapping[str, Any] = SPACE
) -> Experiment:
    """A pair of which one point is written, with a sampler."""
    points = [WRITTEN] if parameters is SPACE else []
    model = {"name": "forest", "model": ESTIMATOR, "space": parameters, "points": points}
    return document(
        runs=runs,
        datasets=["iris"],
        modelGroups={"all": [model]},
        sampler={"kind": kind},
        searches=searches,
    )


def sampler(of: Experiment, tried: Tried | None = None) -> Sampler:
    seen = view(record(of=of))
    known = {} if tried is None else {FOREST: tried}
    return sampler_of(ExperimentView(seen.record, seen.progress, (), 0, 0.0, tried=known))


def drawn(of: Experiment, count: int) -> list[list[Point]]:
    """What each search is given; of `tpe` when all before have ended, one score above the last."""
    entries: list[Entry] = []
    for index in range(count * of.spec.searches):
        points = {one.index: one.parameters for one in entries}
        entries.append(sampler(of, Tried(points, scores(points))).draw(FOREST, index))
    return [
        [e.parameters for e in entries if place_of(e.index, of.spec.searches).search == search]
        for search in range(of.spec.searches)
    ]


def scores(points: Mapping[int, Point]) -> dict[int, float | None]:
    return {index: -abs(point["C"] - 2.0) for index, point in points.items()}


@pytest.mark.parametrize("kind", [*FIXED, "tpe"])
def test_the_first_search_is_what_a_document_without_the_key_draws(kind: str) -> None:
    runs = STARTUP + 3
    (alone,) = drawn(searched(kind, 1), runs)
    first, second, third = drawn(searched(kind, 3), runs)
    assert first == alone
    assert second[0] == third[0] == alone[0] == WRITTEN
    others = [point["C"] for points in (first, second, third) for point in points[1:]]
    assert len(set(others)) == len(others)


@given(
    kind=st.sampled_from(FIXED),
    searches=st.integers(1, 5),
    runs=st.integers(1, 6),
    more=st.integers(1, 6),
)
@settings(max_examples=30)
def test_raising_the_runs_keeps_every_trial(kind: str, searches: int, runs: int, more: int) -> None:
    before = sampler(searched(kind, searches, runs))
    after = sampler(searched(kind, searches, runs + more))
    for index in range(runs * searches):
        assert after.draw(FOREST, index) == before.draw(FOREST, index)


def test_tpe_learns_from_its_own_search_alone_and_tells_which_of_its_points() -> None:
    of, runs = searched("tpe", 2), STARTUP + 2
    points = {2 * n + s: point for s, found in enumerate(drawn(of, runs)) for n, point in
              enumerate(found)}  # fmt: skip
    known = scores(points)
    next_of_first = 2 * runs
    told = sampler(of, Tried(points, known)).draw(FOREST, next_of_first)
    assert told.used == ((0, runs - 1),)
    # Whatever the other search has seen changes nothing; what its own has seen does.
    blind = {i: score if i % 2 == 0 else None for i, score in known.items()}
    assert sampler(of, Tried(points, blind)).draw(FOREST, next_of_first) == told
    turned = {i: -score if i % 2 == 0 else score for i, score in known.items() if score is not None}
    assert sampler(of, Tried(points, turned)).draw(FOREST, next_of_first) != told


@pytest.mark.parametrize("kind", ["sobol", "halton", "tpe"])
def test_a_space_is_exhausted_when_every_search_has_covered_it(kind: str) -> None:
    of = searched(kind, 4, runs=9, parameters=THREE)
    assert possible_runs(of) == {"forest": 12}
    for found in drawn(of, 3):
        assert sorted(point["C"] for point in found) == [1, 2, 3]
    for counted, state in ((11, PairState.OPEN), (12, PairState.DONE)):
        sums = PairSums(model="forest", succeeded=counted, next=counted)
        past = Progress(sums={FOREST: sums})
        assert pair_states(record(of=of).latest, past)[FOREST] is state
        seen = view(record(of=of), past)
        assert pair_views(seen)[FOREST].left == 12 - counted
        said = next_status(seen, (), MOMENT, end=None).condition(SPACE_EXHAUSTED)
        if state is PairState.OPEN:
            assert said is None
        else:
            assert said is not None
            assert said.message.endswith("than runsPerPair, 9: forest (3)")


def test_searches_of_random_have_as_many_runs_each() -> None:
    of = searched("random", 3, runs=5)
    assert possible_runs(of) == {"forest": 15}
    assert pair_views(view(record(of=of)))[FOREST].left == 15


@pytest.mark.parametrize(("pending", "ready"), [(11, True), (12, False)])
def test_each_search_of_tpe_may_have_four_trials_without_an_outcome(
    pending: int, ready: bool
) -> None:
    live = running(batch(*(entry(index) for index in range(pending))))
    seen = pair_views(view(record(of=searched("tpe", 3)), live=[live], next_number=1))[FOREST]
    assert seen.is_ready is ready


def test_what_was_stored_before_the_key_has_one_search() -> None:
    of = document(runs=3)
    written = of.model_dump(mode="json", by_alias=True)
    assert written["spec"].pop("searches") == 1
    assert Experiment.model_validate(written) == of
    stored = batch(entry(4)).to_document()
    assert stored.pop("searches") == 1
    assert Batch.from_document(stored).searches == 1
