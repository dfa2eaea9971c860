"""What goes into one batch."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from crosstrial.decide.balance import ties
from crosstrial.decide.pack import Bounds, pack_draws, pack_waiting
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.trial import Trial
from support.plans import entry, pair_view


def drawn(pairs: list[PairView], *, seconds: float = 60.0, trials: int = 100) -> Counter[str]:
    views = {pair.pair: pair for pair in pairs}
    return Counter(p.pair.model for p in pack_draws(views, Bounds(seconds, trials), ties(0, 0)))


@pytest.mark.parametrize(
    ("pairs", "seconds", "expected"),
    [
        pytest.param([], 60.0, {}, id="nothing there"),
        pytest.param([pair_view("a", handed_out=10)], 60.0, {}, id="nothing left"),
        pytest.param([pair_view("a", mean=None)], 60.0, {"a": 1}, id="pilot"),
        pytest.param(
            [pair_view("a", mean=None), pair_view("b", mean=None)],
            60.0,
            {"a": 1, "b": 1},
            id="pilot of each",
        ),
        pytest.param(
            [pair_view("a", mean=1.0, wanted=5), pair_view("b", mean=None, handed_out=4)],
            60.0,
            {"a": 5, "b": 1},
            id="the known catch up with the unknown",
        ),
        pytest.param(
            [replace(pair_view("a", mean=0.01), failures_alone=2)],
            60.0,
            {"a": 2},
            id="quick failures promise nothing",
        ),
        pytest.param([pair_view("a", mean=10.0)], 60.0, {"a": 6}, id="up to the bound"),
        pytest.param([pair_view("a", mean=90.0)], 60.0, {"a": 1}, id="one always fits"),
        pytest.param([pair_view("a", mean=1.0)], 60.0, {"a": 10}, id="up to what is left"),
        pytest.param(
            [pair_view("a", mean=1.0), pair_view("b", mean=19.0)],
            60.0,
            {"a": 3, "b": 3},
            id="the slow are not passed over",
        ),
        pytest.param(
            [pair_view("a", mean=0.0, handed_out=8), pair_view("b", mean=0.0, handed_out=3)],
            60.0,
            {"a": 2, "b": 7},
            id="in no time",
        ),
    ],
)
def test_draws_go_to_the_lowest_pair_while_they_fit(
    pairs: list[PairView], seconds: float, expected: dict[str, int]
) -> None:
    assert drawn(pairs, seconds=seconds) == expected


def test_no_more_trials_than_the_document_allows() -> None:
    assert drawn([pair_view("a", wanted=99)], trials=7) == {"a": 7}


def test_draws_are_returned_with_the_index_of_each() -> None:
    pair = pair_view("a", handed_out=3)
    packed = pack_draws({pair.pair: pair}, Bounds(3.0, 100), ties(0, 0))
    assert [one.next for one in packed] == [3, 4, 5]


def waiting(count: int, model: str = "a") -> list[Waiting]:
    return [
        Waiting(Trial(model, "iris", index), entry(index, model, attempt=2), False, 1 << 30)
        for index in range(count)
    ]


@pytest.mark.parametrize(
    ("mean", "bounds", "expected"),
    [
        pytest.param(10.0, Bounds(60.0, 100), 6, id="up to the bound"),
        pytest.param(90.0, Bounds(60.0, 100), 1, id="one always fits"),
        pytest.param(1.0, Bounds(60.0, 100), 9, id="all"),
        pytest.param(1.0, Bounds(60.0, 4), 4, id="up to maxTrials"),
        pytest.param(None, Bounds(60.0, 4), 4, id="unknown durations"),
    ],
)
def test_the_oldest_waiting_trials_go_first_while_they_fit(
    mean: float | None, bounds: Bounds, expected: int
) -> None:
    pair = pair_view("a", mean=mean)
    packed = pack_waiting(waiting(9), {pair.pair: pair}, bounds)
    assert [one.trial.index for one in packed] == list(range(expected))


def test_a_baseline_takes_no_room() -> None:
    assert len(pack_waiting(waiting(2, "baseline"), {}, Bounds(1.0, 100))) == 2
