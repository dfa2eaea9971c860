"""What planning sees of each pair: what is handed out, what is left, how long trials take."""

from __future__ import annotations

import pytest

from crosstrial.decide.pair_views import PairView, pair_views
from crosstrial.decide.snapshot import ExperimentView
from crosstrial.domain.cause import Cause
from crosstrial.domain.pair import Pair, PairState
from support.plans import (
    batch,
    ended,
    entry,
    outcome,
    pair_view,
    progress,
    running,
    settled,
    unreadable,
    view,
)
from support.registered import document, record

FOREST = Pair("forest", "iris")
EXPERIMENT = record(of=document(runs=5))
# Two of three trials have an outcome: the third waits for its next attempt.
PAST = batch(entry(0), entry(1), entry(2))
INTERRUPTED = settled(
    ended(PAST, outcome(PAST, 0), outcome(PAST, 1, Cause.TIMEOUT), cause=Cause.INTERRUPTED)
)


def forest(of: ExperimentView) -> PairView:
    return pair_views(of)[FOREST]


def test_every_pair_of_the_document_is_seen_once_in_its_order() -> None:
    expected = [(m, d) for d in ("iris", "wine") for m in ("forest", "svm")]
    assert [(pair.model, pair.dataset) for pair in pair_views(view(EXPERIMENT))] == expected


def test_an_untouched_pair_has_all_its_runs_left() -> None:
    assert forest(view(EXPERIMENT)) == PairView(FOREST, PairState.OPEN, 5, 0, 0, 0, None)


def test_ended_and_waiting_trials_are_handed_out() -> None:
    seen = forest(view(EXPERIMENT, progress(INTERRUPTED), next_number=1))
    assert seen == PairView(FOREST, PairState.OPEN, 5, 2, 1, 3, pytest.approx(1.2))
    assert (seen.handed_out, seen.left) == (3, 2)


def test_a_waiting_trial_that_a_live_batch_has_taken_up_counts_once() -> None:
    retry = running(batch(entry(2, attempt=2), number=1))
    seen = forest(view(EXPERIMENT, progress(INTERRUPTED), [retry], next_number=2))
    assert (seen.handed_out, seen.next) == (3, 3)


def test_new_draws_go_on_after_the_highest_index_in_flight() -> None:
    live = running(batch(entry(4), entry(3), number=1))
    seen = forest(view(EXPERIMENT, progress(INTERRUPTED), [live], next_number=2))
    assert (seen.handed_out, seen.left, seen.next) == (5, 0, 5)


def test_the_same_model_on_another_data_set_is_another_pair() -> None:
    elsewhere = running(batch(entry(0), dataset="wine"))
    assert forest(view(EXPERIMENT, live=[elsewhere], next_number=1)).handed_out == 0


def test_a_replaced_failure_is_not_handed_out_any_more() -> None:
    replacing = record(of=document(runs=5, evaluation={"failures": "replace"}))
    seen = forest(view(replacing, progress(INTERRUPTED), next_number=1))
    assert (seen.spent, seen.left, seen.next) == (1, 3, 3)


def test_the_pairs_of_an_unreadable_data_set_are_blocked() -> None:
    seen = pair_views(view(EXPERIMENT, progress(settled(unreadable(batch())))))
    assert seen[FOREST].state is PairState.BLOCKED
    assert seen[Pair("forest", "wine")].state is PairState.OPEN


@pytest.mark.parametrize(
    ("state", "handed_out", "left"),
    [
        pytest.param(PairState.OPEN, 0, 10, id="untouched"),
        pytest.param(PairState.OPEN, 10, 0, id="all handed out"),
        # A second controller's view of an older revision may have handed out more.
        pytest.param(PairState.OPEN, 12, 0, id="more than wanted"),
        *(pytest.param(s, 3, 0, id=s) for s in PairState if s is not PairState.OPEN),
    ],
)
def test_only_an_open_pair_is_given_more(state: PairState, handed_out: int, left: int) -> None:
    assert pair_view(state=state, handed_out=handed_out).left == left


def test_handing_out_moves_to_the_next_index() -> None:
    pair = pair_view(handed_out=3).handing_out()
    assert (pair.handed_out, pair.left, pair.next) == (4, 6, 4)


def test_durations_of_failures_alone_are_told_from_others() -> None:
    failed = settled(ended(PAST, *(outcome(PAST, p, Cause.TIMEOUT) for p in range(2))))
    assert forest(view(EXPERIMENT, progress(failed), next_number=1)).failures_alone == 2
    assert forest(view(EXPERIMENT, progress(INTERRUPTED), next_number=1)).failures_alone is None
    assert forest(view(EXPERIMENT)).failures_alone is None
