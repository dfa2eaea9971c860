"""Names are claimed once; states and revisions move by compare-and-set."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crosstrial.domain.experiment import ExperimentState, Status
from crosstrial.store.protocol import Store
from support.stored import (
    MOMENT,
    OTHER_UID,
    UID,
    batch,
    experiment,
    outcome,
    revision,
    settlement,
    start,
    status,
)

ACTIVE, PAUSED, COMPLETED = (
    ExperimentState.ACTIVE,
    ExperimentState.PAUSED,
    ExperimentState.COMPLETED,
)


def test_a_name_is_registered_once(store: Store) -> None:
    assert store.insert_experiment(experiment())
    assert not store.insert_experiment(experiment(uid=OTHER_UID))
    found = store.experiment("demo")
    assert found is not None
    assert found.uid == UID


def test_an_unknown_name_is_none(store: Store) -> None:
    assert store.experiment("demo") is None
    assert store.experiments() == []


def test_experiments_are_listed_oldest_first(store: Store) -> None:
    for age, name in [(1, "middle"), (2, "oldest"), (0, "newest")]:
        created = MOMENT - timedelta(days=age)
        assert store.insert_experiment(experiment(name, uid=name, created=created))
    assert [e.name for e in store.experiments()] == ["oldest", "middle", "newest"]


def test_experiments_of_some_states(store: Store) -> None:
    for state in ExperimentState:
        assert store.insert_experiment(experiment(state, uid=state, state=state))
    assert {e.state for e in store.experiments({ACTIVE, PAUSED})} == {ACTIVE, PAUSED}
    assert store.experiments([]) == []
    assert len(store.experiments()) == len(ExperimentState)


def test_what_is_at_work_is_not_ended_or_its_end_is_not_noted(store: Store) -> None:
    for state in ExperimentState:
        assert store.insert_experiment(experiment(state, uid=state, state=state))
    at_work = {e.state for e in store.experiments_at_work()}
    assert at_work == set(ExperimentState) - {COMPLETED}
    store.set_status(ExperimentState.CANCELLED, Status(ended=MOMENT))
    at_work = {e.state for e in store.experiments_at_work()}
    assert at_work == set(ExperimentState) - {COMPLETED, ExperimentState.CANCELLED}


@pytest.mark.parametrize(
    ("uid", "was", "seen", "changed"),
    [
        pytest.param(UID, ACTIVE, 1, True, id="as it was"),
        pytest.param(UID, PAUSED, 1, False, id="the state has moved on"),
        pytest.param(UID, ACTIVE, 2, False, id="the revision has moved on"),
        pytest.param(OTHER_UID, ACTIVE, 1, False, id="another experiment"),
    ],
)
def test_state_and_revision_are_compared_before_a_change(
    store: Store, uid: str, was: ExperimentState, seen: int, changed: bool
) -> None:
    assert store.insert_experiment(experiment())
    assert store.change_state(uid, was=was, revision=seen, to=COMPLETED) is changed
    new = revision(2, runs=9)
    after = COMPLETED if changed else ACTIVE
    was = COMPLETED if changed else was
    assert store.append_revision(uid, was=was, revision=seen, new=new, to=ACTIVE) is changed
    found = store.experiment("demo")
    assert found is not None
    assert found.state is (ACTIVE if changed else after)
    assert found.revision == len(found.revisions) == (2 if changed else 1)
    assert found.latest == (new if changed else revision())


def test_setting_the_state_that_holds_succeeds(store: Store) -> None:
    assert store.insert_experiment(experiment())
    assert store.change_state(UID, was=ACTIVE, revision=1, to=ACTIVE)


def test_a_status_leaves_the_clients_part_alone(store: Store) -> None:
    assert store.insert_experiment(experiment())
    assert store.change_state(UID, was=ACTIVE, revision=1, to=PAUSED)
    store.set_status(UID, status())
    store.set_status(UID, status())
    found = store.experiment("demo")
    assert found is not None
    assert (found.state, found.status) == (PAUSED, status())


def test_a_status_of_a_deleted_experiment_makes_nothing(store: Store) -> None:
    store.set_status(UID, status())
    assert store.experiments() == []


def test_deleting_removes_everything_of_one_experiment_and_frees_its_name(store: Store) -> None:
    for uid, name in [(UID, "demo"), (OTHER_UID, "other")]:
        assert store.insert_experiment(experiment(name, uid=uid))
        for number in range(12):
            assert store.insert_batch(batch(number, uid=uid))
            assert store.insert_start(start(number, uid=uid))
        store.insert_outcomes([outcome(index, index, uid=uid) for index in range(12)])
    store.settle_batch(f"{UID}-0", settlement())

    store.delete_experiment(UID)
    assert store.experiment("demo") is None
    assert store.batch_states(UID) == {}
    assert store.unsettled_experiments() == {OTHER_UID}
    for number in range(12):
        assert store.start(f"{UID}-{number}") is None
        assert store.outcomes_of_batch(f"{UID}-{number}") == []
        assert store.start(f"{OTHER_UID}-{number}") is not None
        assert len(store.outcomes_of_batch(f"{OTHER_UID}-{number}")) == 1
    assert len(store.batch_states(OTHER_UID)) == 12

    store.delete_experiment(UID)
    assert store.insert_experiment(experiment())
    assert store.insert_batch(batch())


def test_deleting_takes_outcomes_of_batches_that_never_were(store: Store) -> None:
    store.insert_outcomes([outcome(number=99)])
    store.delete_experiment(UID)
    assert store.outcomes([outcome().id]) == []
