"""Controllers of two places on one store: each leaves the other's batches alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crosstrial.domain.batch import Batch, BatchState, StartRecord
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.record import utc
from crosstrial.executor.protocol import TemporaryExecutorError
from crosstrial.loop.clock import utc_now
from crosstrial.loop.controller import Controller
from crosstrial.store.memory import MemoryStore
from support.history import counted_trials
from support.registered import UID, document, record
from support.simulated_executor import SimulatedExecutor

TRIALS = 2 * 2 * 6 + 2  # models, data sets, runs, and a baseline for each data set


class Place:
    """A controller with an executor of its own, which runs a batch when it is told to."""

    def __init__(self, store: MemoryStore, name: str, bound: int | None = None) -> None:
        self.executor = SimulatedExecutor(store, bound=bound)
        self.executor.place = name
        self.controller = Controller(store, self.executor)

    def settle_down(self) -> None:
        while self.controller.tick():
            pass


@pytest.fixture
def store() -> MemoryStore:
    kept = MemoryStore()
    kept.insert_experiment(record(of=document(runs=6, limits={"parallelBatches": 2})))
    return kept


def test_what_one_has_launched_the_other_does_not_settle(store: MemoryStore) -> None:
    here, there = Place(store, "here"), Place(store, "there")
    here.settle_down()
    launched = list(here.executor.executions())
    there.settle_down()
    assert set(store.batch_states(UID).values()) == {BatchState.LAUNCHED}
    assert sorted(launched) == sorted(f"{UID}-{n}" for n in store.batch_states(UID))
    assert there.executor.launched == []


def test_both_together_bring_it_to_its_end(store: MemoryStore) -> None:
    here, there = Place(store, "here", bound=1), Place(store, "there", bound=1)
    for _ in range(100):
        for place in (here, there):
            place.settle_down()
        here.executor.advance()
        there.executor.advance()
    assert store.experiments()[0].state is ExperimentState.COMPLETED
    assert len(counted_trials(store)) == TRIALS
    assert here.executor.launched
    assert there.executor.launched
    launched = here.executor.launched + there.executor.launched
    assert len(launched) == len(set(launched)) == len(store.batch_states(UID))


def test_a_controller_that_never_comes_back_is_done_without(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    Place(store, "gone").settle_down()
    there = Place(store, "there")
    later = utc_now() + timedelta(hours=2)
    monkeypatch.setattr("crosstrial.loop.observe.utc_now", lambda: later)
    for _ in range(100):
        there.settle_down()
        there.executor.advance()
    assert store.experiments()[0].state is ExperimentState.COMPLETED
    assert len(counted_trials(store)) == TRIALS


def test_what_started_late_is_left_to_its_controller(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Place(store, "here"), Place(store, "there")
    here.settle_down()
    later = utc_now() + timedelta(hours=2)
    monkeypatch.setattr("crosstrial.loop.observe.utc_now", lambda: later)
    for name in here.executor.launched:
        store.insert_start(StartRecord(batch=name, pod="pod", started=utc(later)))
    there.settle_down()
    assert set(store.batch_states(UID).values()) == {BatchState.LAUNCHED}
    assert there.executor.launched == []


def test_what_a_lost_controller_has_not_launched_is_withdrawn(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_batch: Batch) -> None:
        raise TemporaryExecutorError("no answer")

    gone, there = Place(store, "gone"), Place(store, "there")
    monkeypatch.setattr(gone.executor, "launch", refuse)
    gone.controller.tick()
    planned = {f"{UID}-{number}" for number in store.batch_states(UID)}
    later = utc_now() + timedelta(hours=2)
    monkeypatch.setattr("crosstrial.loop.observe.utc_now", lambda: later)
    there.settle_down()
    assert planned
    assert there.executor.launched
    assert planned.isdisjoint(there.executor.launched)
    assert all(store.start(name).withdrawn for name in planned)


def test_what_is_deleted_stays_until_no_batch_of_it_runs_anywhere(store: MemoryStore) -> None:
    here, there = Place(store, "here"), Place(store, "there")
    here.settle_down()
    active, deleting = ExperimentState.ACTIVE, ExperimentState.DELETING
    assert store.change_state(UID, was=active, revision=1, to=deleting)
    there.settle_down()
    assert [kept.state for kept in store.experiments()] == [deleting]
    here.executor.advance()  # one of two ends before it is stopped
    here.settle_down()
    assert store.experiments() == []
    assert list(store.outcomes_of_experiment(UID)) == []
    assert here.executor.executions() == {}


def test_a_deletion_that_waits_for_another_place_says_so(
    store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = Place(store, "here"), Place(store, "there")
    here.settle_down()
    (known,) = store.experiments()
    assert store.change_state(
        UID, was=known.state, revision=known.revision, to=ExperimentState.DELETING
    )
    batch = store.batch(f"{UID}-0")
    assert batch is not None
    late = batch.created + timedelta(seconds=2 * batch.expected_seconds + 70)
    monkeypatch.setattr("crosstrial.loop.observe.utc_now", lambda: late)
    monkeypatch.setattr("crosstrial.loop.controller.utc_now", lambda: late)
    there.settle_down()
    (kept,) = store.experiments()
    told = kept.status.condition("BatchesElsewhere")
    assert told is not None
    assert told.status == "True"
    assert "controller of here" in told.message
