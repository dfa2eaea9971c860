"""A document that fits no schema stops nothing but itself, and is logged."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from crosstrial.domain.batch import BatchState
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.record import InvalidRecordError
from crosstrial.store.documents import to_stored
from crosstrial.store.protocol import Store
from support.store_backends import Backend
from support.stored import OTHER_UID, UID, batch, experiment, outcome, start

Read = Callable[[Store], Any]
POISON_BATCH = f"{UID}-7"
POISON_OUTCOME = outcome(7).id


@pytest.fixture
def poisoned(backend: Backend) -> Store:
    """A good record of every kind, and a bad one beside it."""
    store = backend.store
    assert store.insert_experiment(experiment())
    assert store.insert_batch(batch(0))
    store.insert_outcomes([outcome(0)])
    backend.plant("experiments", {**to_stored(experiment("bad", uid=OTHER_UID)), "created": "x"})
    backend.plant("batches", {**to_stored(batch(7)), "manifest": "none"})
    backend.plant("starts", {**to_stored(start(7)), "pod": None})
    backend.plant("outcomes", {**to_stored(outcome(7)), "seconds": "many"})
    return store


@pytest.mark.parametrize(
    ("read", "expected", "left_out"),
    [
        pytest.param(lambda s: s.experiments(), [experiment()], OTHER_UID, id="experiments"),
        pytest.param(lambda s: s.batches(UID, [0, 7]), [batch(0)], POISON_BATCH, id="batches"),
        pytest.param(
            lambda s: s.outcomes([outcome(0).id, POISON_OUTCOME]),
            [outcome(0)],
            POISON_OUTCOME,
            id="outcomes",
        ),
        pytest.param(
            lambda s: s.outcomes_of_batch(f"{UID}-0"),
            [outcome(0)],
            POISON_OUTCOME,
            id="outcomes of a batch",
        ),
        pytest.param(
            lambda s: list(s.outcomes_of_experiment(UID)),
            [outcome(0)],
            POISON_OUTCOME,
            id="outcomes of an experiment",
        ),
    ],
)
def test_among_many_it_is_left_out_and_logged(
    poisoned: Store, read: Read, expected: list[Any], left_out: str
) -> None:
    with capture_logs() as logs:
        assert read(poisoned) == expected
    assert [(line["log_level"], line["id"]) for line in logs] == [("warning", left_out)]


@pytest.mark.parametrize(
    ("read", "named"),
    [
        pytest.param(lambda s: s.experiment("bad"), OTHER_UID, id="experiment"),
        pytest.param(lambda s: s.batch(POISON_BATCH), POISON_BATCH, id="batch"),
        pytest.param(lambda s: s.start(POISON_BATCH), POISON_BATCH, id="start"),
    ],
)
def test_asked_for_alone_it_is_an_error_that_names_it(
    poisoned: Store, read: Read, named: str
) -> None:
    with pytest.raises(InvalidRecordError, match=named):
        read(poisoned)


def test_states_do_not_depend_on_the_rest_of_a_batch(poisoned: Store) -> None:
    assert poisoned.batch_states(UID) == {0: BatchState.PLANNED, 7: BatchState.PLANNED}
    assert [summary.number for summary in poisoned.batch_summaries(UID)] == [0, 7]
    assert poisoned.unsettled_experiments() == {UID}


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"schema": 2}, id="of another schema version"),
        pytest.param({"schema": None}, id="of no schema version"),
        pytest.param({"extra": 1}, id="with an unknown field"),
        pytest.param({"index": 8}, id="under another trial's id"),
        pytest.param({"attempt": 1.5}, id="with a wrong type"),
        pytest.param({"state": "lost", "model": "svm.v2"}, id="in no known state"),
    ],
)
def test_forged_outcomes_count_for_nothing(backend: Backend, fields: dict[str, Any]) -> None:
    backend.plant("outcomes", {**to_stored(outcome(7)), **fields})
    backend.store.insert_outcomes([outcome(0)])
    assert backend.store.outcomes_of_batch(f"{UID}-0") == [outcome(0)]
    assert backend.store.outcomes([POISON_OUTCOME]) == []


def test_a_batch_in_no_known_state_is_left_out(backend: Backend) -> None:
    backend.plant("batches", {**to_stored(batch(7)), "state": "lost"})
    assert backend.store.insert_batch(batch(0))
    assert backend.store.batch_states(UID) == {0: BatchState.PLANNED}
    assert backend.store.unsettled_experiments() == {UID}


@pytest.mark.parametrize(
    "poison",
    [
        pytest.param({**to_stored(outcome(7)), "state": "lost"}, id="in no known state"),
        pytest.param({"_id": "x", "batch": f"{UID}-0"}, id="with next to nothing"),
    ],
)
def test_counts_leave_it_out(backend: Backend, poison: dict[str, Any]) -> None:
    backend.plant("outcomes", poison)
    backend.store.insert_outcomes([outcome(0)])
    counts = backend.store.outcome_counts(f"{UID}-0")
    assert counts == {("svm.v2", OutcomeState.SUCCEEDED): 1}


def test_a_start_of_a_bad_record_stays_claimed(poisoned: Store) -> None:
    assert not poisoned.insert_start(start(7, pod="pod-b"))
