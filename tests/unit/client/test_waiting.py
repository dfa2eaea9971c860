"""A trial that came back is shown once: waiting, or running in the batch that took it up."""

from __future__ import annotations

from collections import Counter

import pytest

from crosstrial.client.status import PairStatus, StatusReader
from crosstrial.client.trials import trial_views
from crosstrial.domain.batch import BatchState
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.pair import Pair
from crosstrial.store.memory import MemoryStore
from support.plans import batch, ended, entry, outcome, settled
from support.registered import UID, document, record

LOST = batch(entry(0), entry(1), entry(2))
RETRY = batch(entry(1, attempt=2), number=1, state=BatchState.LAUNCHED)


@pytest.fixture
def store() -> MemoryStore:
    """A store in which two of three trials came back."""
    kept = MemoryStore()
    kept.insert_experiment(record())
    kept.insert_outcomes([outcome(LOST, 0)])
    kept.insert_batch(settled(ended(LOST, outcome(LOST, 0), cause=Cause.INTERRUPTED)))
    return kept


def forest(store: MemoryStore) -> PairStatus:
    status = StatusReader(store, UID).read(record())
    return next(pair for pair in status.pairs if pair.pair == Pair("forest", "iris"))


def shown(
    store: MemoryStore, state: ExperimentState = ExperimentState.ACTIVE
) -> list[tuple[int, str]]:
    return shown_of(store, record(state=state))


def shown_of(store: MemoryStore, of: ExperimentRecord) -> list[tuple[int, str]]:
    return sorted((view.trial.index, view.state) for view in trial_views(store, of))


def test_trials_that_came_back_wait(store: MemoryStore) -> None:
    pair = forest(store)
    assert (pair.succeeded, pair.running, pair.waiting) == (1, 0, 2)
    assert shown(store) == [(0, "succeeded"), (1, "waiting"), (2, "waiting")]


def test_one_that_is_taken_up_waits_no_longer(store: MemoryStore) -> None:
    store.insert_batch(RETRY)
    pair = forest(store)
    assert (pair.succeeded, pair.running, pair.waiting) == (1, 1, 1)
    assert shown(store) == [(0, "succeeded"), (1, "assigned"), (2, "waiting")]


def test_one_that_has_ended_in_a_live_batch_is_shown_once(store: MemoryStore) -> None:
    store.insert_batch(RETRY)
    store.insert_outcomes([outcome(RETRY)])
    pair = forest(store)
    assert (pair.succeeded, pair.running, pair.waiting) == (2, 0, 1)
    assert Counter(index for index, _ in shown(store)) == {0: 1, 1: 1, 2: 1}


def test_what_waits_in_a_cancelled_experiment_is_cancelled(store: MemoryStore) -> None:
    assert shown(store, ExperimentState.CANCELLED) == [
        (0, "succeeded"),
        (1, "cancelled"),
        (2, "cancelled"),
    ]


def test_what_waits_for_a_pair_that_has_closed_is_cancelled(store: MemoryStore) -> None:
    done = record(of=document(runs=1))
    assert [(index, state) for index, state in shown_of(store, done)] == [
        (0, "succeeded"),
        (1, "cancelled"),
        (2, "cancelled"),
    ]
    pairs = StatusReader(store, UID).read(done).pairs
    assert [pair.waiting for pair in pairs] == [0] * len(pairs)


@pytest.mark.parametrize("state", [ExperimentState.COMPLETED, ExperimentState.CANCELLED])
def test_nothing_waits_in_an_experiment_that_has_ended(
    store: MemoryStore, state: ExperimentState
) -> None:
    ended_one = record(state=state)
    assert {one for _, one in shown_of(store, ended_one)} == {"succeeded", "cancelled"}
    pairs = StatusReader(store, UID).read(ended_one).pairs
    assert [pair.waiting for pair in pairs] == [0] * len(pairs)
