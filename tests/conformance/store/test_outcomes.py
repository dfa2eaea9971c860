"""Starts are claimed by a pod; outcomes are inserted, never changed, and counted by a batch."""

from __future__ import annotations

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial.store.protocol import Store
from support.stored import OTHER_UID, UID, batch, outcome, start


def test_a_batch_belongs_to_the_pod_that_claimed_it(store: Store) -> None:
    assert store.insert_start(start(pod="pod-a"))
    assert not store.insert_start(start(pod="pod-b"))
    assert store.insert_start(start(pod="pod-a")), "its own retried write"
    assert store.start(f"{UID}-0") == start(pod="pod-a")


def test_a_withdrawn_batch_is_claimed_by_no_pod(store: Store) -> None:
    withdrawn = start(pod="controller").model_copy(update={"withdrawn": True})
    assert store.insert_start(withdrawn)
    assert not store.insert_start(start(pod="pod-a"))
    assert store.insert_start(withdrawn)


def test_the_first_outcome_of_an_id_stays(store: Store) -> None:
    first = outcome(0, pod="pod-a")
    store.insert_outcomes([first])
    store.insert_outcomes([outcome(0, pod="pod-b", attempt=2), outcome(1, pod="pod-b")])
    assert store.outcomes([first.id, outcome(1).id]) == [first, outcome(1, pod="pod-b")]


def test_a_success_and_failures_of_several_attempts_stand_side_by_side(store: Store) -> None:
    written = [
        outcome(attempt=1, cause=Cause.OUT_OF_MEMORY),
        outcome(attempt=2, cause=Cause.CRASHED),
        outcome(attempt=3),
    ]
    store.insert_outcomes(written)
    found = store.outcomes_of_batch(f"{UID}-0")
    assert sorted(o.attempt for o in found) == [1, 2, 3]
    assert {o.id for o in found} == {o.id for o in written}


def test_validation_scores_are_told_alone_one_a_split(store: Store) -> None:
    scored, failed = outcome(0), outcome(1, cause=Cause.CRASHED)
    store.insert_outcomes([scored, failed])
    metric = next(iter(scored.splits[0].scores.validation))
    expected = tuple(split.scores.validation[metric] for split in scored.splits)
    ids = [scored.id, failed.id, outcome(2).id]
    assert store.validation_scores(ids, metric) == {scored.id: expected, failed.id: ()}
    unknown = store.validation_scores([scored.id], "no_such_metric")
    assert unknown == {scored.id: (None,) * len(scored.splits)}
    assert store.validation_scores([], metric) == {}


def test_no_outcomes_at_all(store: Store) -> None:
    store.insert_outcomes([])
    assert store.outcomes([]) == []
    assert store.outcomes([outcome().id]) == []
    assert store.outcomes_of_batch(f"{UID}-0") == []
    assert store.outcome_counts(f"{UID}-0") == {}
    assert list(store.outcomes_of_experiment(UID)) == []


def test_outcomes_are_found_by_many_ids(store: Store) -> None:
    store.insert_outcomes([outcome(index) for index in range(0, 3000, 10)])
    found = store.outcomes([outcome(index).id for index in range(3000)])
    assert sorted(o.index for o in found) == list(range(0, 3000, 10))


def test_outcomes_of_a_batch_are_those_that_it_wrote(store: Store) -> None:
    store.insert_outcomes([outcome(0, number=0), outcome(1, number=1), outcome(2, number=1)])
    assert sorted(o.index for o in store.outcomes_of_batch(f"{UID}-1")) == [1, 2]


def test_counts_by_model_and_state(store: Store) -> None:
    pruned = outcome(7).model_copy(update={"state": OutcomeState.PRUNED})
    store.insert_outcomes(
        [
            *(outcome(index) for index in range(3)),
            *(outcome(index, cause=Cause.TIMEOUT) for index in range(3, 5)),
            outcome(0, model="forest"),
            pruned,
            outcome(9, number=1),
        ]
    )
    assert store.outcome_counts(f"{UID}-0") == {
        ("svm.v2", OutcomeState.SUCCEEDED): 3,
        ("svm.v2", OutcomeState.FAILED): 2,
        ("svm.v2", OutcomeState.PRUNED): 1,
        ("forest", OutcomeState.SUCCEEDED): 1,
    }


def test_all_outcomes_of_an_experiment_are_streamed(store: Store) -> None:
    for number in range(23):
        assert store.insert_batch(batch(number))
        store.insert_outcomes([outcome(number * 30 + i, number) for i in range(30)])
    assert store.insert_batch(batch(uid=OTHER_UID))
    store.insert_outcomes([outcome(uid=OTHER_UID)])
    stream = store.outcomes_of_experiment(UID)
    assert next(stream).uid == UID
    indices = [o.index for o in store.outcomes_of_experiment(UID)]
    assert sorted(indices) == list(range(23 * 30))
