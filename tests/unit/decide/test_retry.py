"""Which waiting trials run again, and which of them together."""

from __future__ import annotations

import pytest

from crosstrial.decide.retry import retry_groups
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.pair import PairState
from crosstrial.domain.trial import Trial
from support.plans import entry, pair_view

GIB = 1 << 30


def waiting(
    index: int = 0,
    model: str = "forest",
    dataset: str = "iris",
    *,
    suspect: bool = False,
    memory: int = GIB,
) -> Waiting:
    return Waiting(Trial(model, dataset, index), entry(index, model, attempt=2), suspect, memory)


def test_a_batch_has_one_data_set_one_memory_and_suspects_among_themselves() -> None:
    pairs = [pair_view(m, d) for m in ("forest", "svm") for d in ("iris", "wine")]
    queue = [
        waiting(0),
        waiting(1, suspect=True),
        waiting(2, memory=2 * GIB),
        waiting(3, dataset="wine"),
        waiting(4, "svm"),
        waiting(5, "svm", suspect=True),
        waiting(6, suspect=True, memory=2 * GIB),
    ]
    groups = retry_groups(queue, {pair.pair: pair for pair in pairs}, frozenset())
    assert [[one.trial.index for one in group] for group in groups] == [
        [0, 4],
        [1, 5],
        [2],
        [3],
        [6],
    ]


@pytest.mark.parametrize("state", PairState)
def test_waiting_trials_are_dropped_when_their_pair_has_closed(state: PairState) -> None:
    pair = pair_view(state=state)
    groups = retry_groups([waiting()], {pair.pair: pair}, frozenset())
    assert bool(groups) is (state is PairState.OPEN)


def test_a_pair_that_is_not_in_the_document_has_no_retries() -> None:
    assert retry_groups([waiting()], {}, frozenset()) == []


@pytest.mark.parametrize(
    ("blocked", "wanted"),
    [pytest.param(frozenset(), 1, id="readable"), pytest.param(frozenset({"iris"}), 0, id="not")],
)
def test_the_baseline_is_wanted_as_long_as_its_data_can_be_read(
    blocked: frozenset[str], wanted: int
) -> None:
    assert len(retry_groups([waiting(model="baseline")], {}, blocked)) == wanted
