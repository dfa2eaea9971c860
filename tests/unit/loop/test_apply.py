"""Actions carried out: each alone, twice, and on a world that has moved on."""

from __future__ import annotations

from crosstrial.decide.actions import (
    Action,
    ChangeState,
    CommitBatch,
    DeleteExperiment,
    InsertFailures,
    LaunchBatch,
    RemoveExecution,
    SetStatus,
    SettleBatch,
    StopBatch,
    WithdrawBatch,
)
from crosstrial.domain.batch import Batch, BatchState, Became, StartRecord
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Phase
from crosstrial.domain.experiment import ExperimentState, Status
from crosstrial.executor.protocol import TemporaryExecutorError
from crosstrial.loop.apply import Applier
from crosstrial.store.memory import MemoryStore
from support.history import History, planned, settlement_of
from support.registered import MOMENT, UID, outcome, record
from support.simulated_executor import SimulatedExecutor

BATCH = planned(0, {0: 1, 1: 1})
ANOTHER = planned(1, {2: 1})


class FullExecutor(SimulatedExecutor):
    """Has no room for one batch."""

    def launch(self, batch: Batch) -> None:
        if batch.id == BATCH.id:
            raise TemporaryExecutorError("no room")
        super().launch(batch)


class World:
    """A store with an experiment, an executor and an applier."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.store.insert_experiment(record())
        self.executor = SimulatedExecutor(self.store)
        self.applier = Applier(self.store, self.executor)

    def twice(self, action: Action) -> bool:
        """Carry out an action, and again after a crash right behind it; whether both went on."""
        return self.applier.apply_one(action) and self.applier.apply_one(action)

    def state(self, batch: Batch = BATCH) -> BatchState:
        return self.store.batch_states(UID)[batch.number]


def test_commit_is_exclusive() -> None:
    world = World()
    assert world.applier.apply_one(CommitBatch(BATCH))
    other = planned(0, {5: 1})
    assert not world.applier.apply_one(CommitBatch(other))
    kept = world.store.batch(BATCH.id)
    assert kept is not None
    assert kept.manifest == BATCH.manifest
    assert kept.place == world.executor.place


def test_launch_starts_and_marks_once() -> None:
    world = World()
    world.store.insert_batch(BATCH)
    assert world.twice(LaunchBatch(BATCH))
    assert world.executor.launched == [BATCH.id]
    assert world.state() is BatchState.LAUNCHED


def test_a_launch_that_must_wait_holds_up_nothing_behind_it() -> None:
    world = World()
    applier = Applier(world.store, FullExecutor(world.store))
    for batch in (BATCH, ANOTHER):
        world.store.insert_batch(batch)
    applier.apply([LaunchBatch(BATCH), LaunchBatch(ANOTHER)])
    assert (world.state(BATCH), world.state(ANOTHER)) == (
        BatchState.PLANNED,
        BatchState.LAUNCHED,
    )
    assert applier.postponed
    applier.apply([])
    assert not applier.postponed


def test_stop_ends_what_runs() -> None:
    world = World()
    world.executor.launch(BATCH)
    assert world.twice(StopBatch(BATCH.id))
    assert world.executor.executions()[BATCH.id].phase is Phase.ENDED


def test_remove_forgets_what_has_ended() -> None:
    world = World()
    world.executor.launch(BATCH)
    world.executor.advance()
    assert world.twice(RemoveExecution(BATCH.id))
    assert world.executor.executions() == {}


def test_a_withdrawn_batch_cannot_start_any_more() -> None:
    world = World()
    assert world.twice(WithdrawBatch(BATCH.id))
    late = StartRecord(batch=BATCH.id, pod="late", started=MOMENT)
    assert not world.store.insert_start(late)


def test_a_batch_that_did_start_cannot_be_withdrawn() -> None:
    world = World()
    world.store.insert_start(StartRecord(batch=BATCH.id, pod="up", started=MOMENT))
    assert not world.applier.apply_one(WithdrawBatch(BATCH.id))


def test_failures_are_inserted_once() -> None:
    world = World()
    failure = outcome(cause=Cause.CRASHED)
    assert world.twice(InsertFailures((failure,)))
    assert world.store.outcomes_of_batch(failure.batch) == [failure]


def test_settling_happens_once() -> None:
    world = World()
    world.store.insert_batch(BATCH)
    counted = settlement_of(BATCH, [Became.COUNTED] * 2)
    assert world.applier.apply_one(SettleBatch(BATCH.id, counted))
    other = settlement_of(BATCH, [Became.DROPPED] * 2)
    assert not world.applier.apply_one(SettleBatch(BATCH.id, other))
    kept = world.store.batch(BATCH.id)
    assert kept is not None
    assert kept.settlement == counted


def test_the_status_is_replaced() -> None:
    world = World()
    assert world.twice(SetStatus(UID, Status(elapsed_seconds=3.0)))
    assert world.store.experiments()[0].status.elapsed_seconds == 3.0


def test_a_state_changes_from_the_one_that_was_seen() -> None:
    world = World()
    completes = ChangeState(UID, ExperimentState.ACTIVE, 1, ExperimentState.COMPLETED)
    assert world.applier.apply_one(completes)
    assert world.store.experiments()[0].state is ExperimentState.COMPLETED
    assert not world.applier.apply_one(completes)


def test_a_state_does_not_change_for_a_revision_that_was_not_seen() -> None:
    world = World()
    stale = ChangeState(UID, ExperimentState.ACTIVE, 7, ExperimentState.COMPLETED)
    assert not world.applier.apply_one(stale)
    assert world.store.experiments()[0].state is ExperimentState.ACTIVE


def test_delete_leaves_nothing() -> None:
    world = World()
    History(world.store).settled({0: 1})
    world.store.insert_outcomes([outcome()])
    assert world.twice(DeleteExperiment(UID))
    assert world.store.experiments() == []
    assert world.store.batch_states(UID) == {}
    assert list(world.store.outcomes_of_experiment(UID)) == []


def test_what_was_decided_behind_a_stale_view_is_not_done() -> None:
    world = World()
    world.store.insert_batch(planned(0, {9: 1}))
    world.applier.apply([CommitBatch(BATCH), LaunchBatch(BATCH), SetStatus(UID, Status())])
    assert world.executor.launched == []
