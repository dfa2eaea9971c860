"""Whose turn it is."""

from __future__ import annotations

from collections import Counter

import pytest

from crosstrial.decide.balance import next_pair, ties
from crosstrial.decide.pair_views import PairView
from crosstrial.domain.pair import PairState
from support.plans import pair_view

BEHIND = pair_view("svm", handed_out=2)
AHEAD = pair_view("forest", handed_out=3)


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        pytest.param([AHEAD, BEHIND], BEHIND, id="the lowest"),
        pytest.param(
            [AHEAD, pair_view("svm", handed_out=2, state=PairState.EXHAUSTED)],
            AHEAD,
            id="a closed one has no turn",
        ),
        pytest.param(
            [pair_view("svm", handed_out=2, wanted=2), AHEAD], AHEAD, id="nor one with all its runs"
        ),
        pytest.param([pair_view(handed_out=10)], None, id="all handed out"),
        pytest.param([], None, id="nothing there"),
    ],
)
def test_the_turn_is_with_the_pair_that_was_given_least(
    pairs: list[PairView], expected: PairView | None
) -> None:
    assert next_pair(pairs, ties(0, 0)) == expected


def test_ties_are_broken_evenly_and_the_same_way_again() -> None:
    pairs = [pair_view(model) for model in "abc"]
    chosen = [next_pair(pairs, ties(7, number)) for number in range(300)]
    assert chosen == [next_pair(pairs, ties(7, number)) for number in range(300)]
    assert min(Counter(chosen).values()) > 70


def test_each_seed_breaks_ties_in_its_own_way() -> None:
    pairs = [pair_view(model) for model in "abc"]
    sequences = {
        tuple(next_pair(pairs, ties(seed, number)) for number in range(20)) for seed in range(5)
    }
    assert len(sequences) == 5
