"""What the store or the executor refuses holds up one experiment, which says so, and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crosstrial.client.explain import explain
from crosstrial.client.status import StatusReader
from crosstrial.decide.actions import CommitBatch, LaunchBatch, RemoveExecution, SettleBatch
from crosstrial.decide.snapshot import Refused
from crosstrial.domain.batch import Batch, Became, Settlement
from crosstrial.domain.experiment import Condition, ExperimentRecord, ExperimentState
from crosstrial.executor.protocol import ExecutorError
from crosstrial.loop.apply import Applier
from crosstrial.loop.controller import Controller
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import RefusedError
from support.history import planned, settlement_of
from support.registered import UID, document, record, revision
from support.simulated_executor import SimulatedExecutor

OTHER = "ffff"
MOST_TRIALS = 2


class StrictStore(MemoryStore):
    """Takes no batch of the experiment `demo` that has more than two trials."""

    def insert_batch(self, batch: Batch) -> bool:
        if batch.uid == UID and len(batch.manifest) > MOST_TRIALS:
            raise RefusedError("too large; a smaller batch.maxTrials makes smaller batches")
        return super().insert_batch(batch)


class StrictExecutor(SimulatedExecutor):
    """Runs nothing of the experiment `demo` until it is mended."""

    mended = False

    def launch(self, batch: Batch) -> None:
        if batch.uid == UID and not self.mended:
            raise ExecutorError("422: its pod is invalid")
        super().launch(batch)


class World:
    """Two experiments on a store and an executor."""

    def __init__(self, store: MemoryStore, executor: SimulatedExecutor) -> None:
        self.store = store
        self.store.insert_experiment(record())
        self.store.insert_experiment(record("other", uid=OTHER, of=document("other")))
        self.controller = Controller(store, executor)

    def step_until(self, condition: Callable[[], object], most: int = 100) -> None:
        for _ in range(most):
            if condition():
                return
            self.controller.step()
        raise AssertionError(f"not within {most} steps")

    def record(self, name: str = "demo") -> ExperimentRecord:
        found = self.store.experiment(name)
        assert found is not None
        return found

    def has_completed(self, name: str) -> bool:
        return self.record(name).state is ExperimentState.COMPLETED

    def refusal(self) -> Condition | None:
        found = self.record().status.condition("ActionsRefused")
        return found if found is not None and found.status == "True" else None

    def explained(self) -> str:
        status = StatusReader(self.store, UID).read(self.record())
        told = explain(status, [], controller_runs=True)
        return f"{told.sentence} {told.remedy}"


def test_a_batch_that_the_store_refuses_holds_up_its_experiment_until_it_is_mended() -> None:
    store = StrictStore()
    world = World(store, SimulatedExecutor(store))
    world.step_until(lambda: world.has_completed("other") and world.refusal())
    refusal = world.refusal()
    assert refusal is not None
    assert refusal.reason == "StoreRefuses"
    assert "batch.maxTrials" in refusal.message
    assert "the store refuses" in world.explained()
    assert "--update" in world.explained()
    assert store.batch_states(UID) == {}

    smaller = revision(document(batch={"maxTrials": MOST_TRIALS}), 2)
    active = ExperimentState.ACTIVE
    assert store.append_revision(UID, was=active, revision=1, new=smaller, to=active)
    world.step_until(lambda: world.has_completed("demo"))
    assert world.refusal() is None


def test_a_batch_that_cannot_be_launched_holds_up_its_experiment_until_it_can() -> None:
    store = MemoryStore()
    executor = StrictExecutor(store)
    world = World(store, executor)
    world.step_until(lambda: world.has_completed("other") and world.refusal())
    refusal = world.refusal()
    assert refusal is not None
    assert refusal.reason == "ExecutorRefuses"
    assert "its pod is invalid" in world.explained()

    executor.mended = True
    world.step_until(lambda: world.has_completed("demo"))


def test_what_is_refused_is_not_planned_again_at_once() -> None:
    store = StrictStore()
    world = World(store, SimulatedExecutor(store))
    asked: list[str] = []
    insert = store.insert_batch
    store.insert_batch = lambda b: (asked.append(b.uid), insert(b))[1]  # type: ignore[method-assign]
    world.step_until(lambda: world.has_completed("other"))
    for _ in range(5):
        world.controller.step()
    assert asked.count(UID) == 1


class RefusingStore(MemoryStore):
    """Refuses to settle one batch, and to take one."""

    refused = frozenset({f"{UID}-0", f"{UID}-2"})

    def settle_batch(self, batch_id: str, settlement: Settlement) -> bool:
        if batch_id in self.refused:
            raise RefusedError("too large")
        return super().settle_batch(batch_id, settlement)

    def insert_batch(self, batch: Batch) -> bool:
        if batch.id in self.refused:
            raise RefusedError("too large")
        return super().insert_batch(batch)


@pytest.fixture
def applier() -> Applier:
    store = RefusingStore()
    return Applier(store, SimulatedExecutor(store))


def test_only_what_builds_on_a_refused_action_is_left_undone(applier: Applier) -> None:
    store = applier._store
    executor = applier._executor
    first, second = planned(0, {0: 1}), planned(1, {1: 1})
    for batch in (first, second):
        MemoryStore.insert_batch(store, batch)  # type: ignore[arg-type]
        executor.launch(batch)
        executor.wait(0)
    actions = [
        step
        for batch in (first, second)
        for step in (
            SettleBatch(batch.id, settlement_of(batch, [Became.COUNTED])),
            RemoveExecution(batch.id),
        )
    ]
    applier.apply(actions)
    assert applier.refused == {UID: Refused("StoreRefuses", "too large", new_batch=False)}
    # The evidence of the one that is not settled stays.
    assert list(executor.executions()) == [first.id]
    assert store.batch_states(UID)[1].value == "settled"


def test_no_number_is_left_out_behind_a_refused_batch(applier: Applier) -> None:
    new = [planned(number, {number: 1}) for number in (2, 3)]
    applier.apply([step for batch in new for step in (CommitBatch(batch), LaunchBatch(batch))])
    assert applier._store.batch_states(UID) == {}
    assert applier._executor.executions() == {}
