"""The loop: what it survives, when it waits, how it ends."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from crosstrial.domain.batch import Batch
from crosstrial.domain.experiment import ExperimentState
from crosstrial.executor.protocol import TemporaryExecutorError
from crosstrial.loop.controller import LONGEST_BACKOFF_SECONDS, TICK_SECONDS, Controller
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import RefusedError, UnreachableError
from support.history import counted_trials
from support.registered import UID, document, record
from support.simulated_executor import SimulatedExecutor

TRIALS = 2 * 2 * 2 + 2  # models, data sets, runs, and a baseline for each data set


class Executor(SimulatedExecutor):
    """Notes how long it was waited for; refuses to launch or to stop while it is told to."""

    def __init__(self, store: MemoryStore, bound: int | None = None) -> None:
        super().__init__(store, bound=bound)
        self.waits: list[float] = []
        self.refuses = False

    def launch(self, batch: Batch) -> None:
        self._refuse()
        super().launch(batch)

    def stop(self, batch_id: str) -> None:
        self._refuse()
        super().stop(batch_id)

    def wait(self, timeout: float) -> None:
        self.waits.append(timeout)
        super().wait(timeout)

    def _refuse(self) -> None:
        if self.refuses:
            raise TemporaryExecutorError("not now")


class World:
    """A store with one experiment, an executor, a controller and what heals its store."""

    def __init__(self, bound: int | None = None) -> None:
        self.store = MemoryStore()
        self.store.insert_experiment(record(of=document(limits={"parallelBatches": 2})))
        self.executor = Executor(self.store, bound)
        self.healed = 0
        self.controller = self.restarted()

    def restarted(self) -> Controller:
        return Controller(self.store, self.executor, heal=self._heal)

    def _heal(self) -> None:
        self.healed += 1

    @property
    def state(self) -> ExperimentState:
        return self.store.experiments()[0].state

    @property
    def counted(self) -> int:
        return len(counted_trials(self.store))

    def step_until(self, condition: Callable[[], bool], most: int = 200) -> None:
        for _ in range(most):
            if condition():
                return
            self.controller.step()
        raise AssertionError(f"not within {most} steps")


def lost(*_arguments: object, **_named: object) -> None:
    raise UnreachableError("nothing was heard")


def refused(*_arguments: object, **_named: object) -> None:
    raise RefusedError("no rights")


def test_an_experiment_is_driven_to_its_end_and_left_alone() -> None:
    world = World()
    world.step_until(lambda: world.state is ExperimentState.COMPLETED)
    assert world.counted == TRIALS
    world.step_until(lambda: not world.executor.executions())
    launched = len(world.executor.launched)
    world.executor.waits.clear()
    world.controller.step()
    assert world.executor.waits == [TICK_SECONDS]
    assert len(world.executor.launched) == launched


def test_a_lost_store_is_healed_and_the_loop_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    with monkeypatch.context() as patched:
        patched.setattr(world.store, "experiments", lost)
        for _ in range(3):
            world.controller.step()
    assert world.healed == 3
    world.step_until(lambda: world.state is ExperimentState.COMPLETED)
    assert world.counted == TRIALS


def test_the_longer_a_store_is_lost_the_rarer_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    with monkeypatch.context() as patched:
        patched.setattr(world.store, "experiments", lost)
        for _ in range(12):
            world.controller.step()
    for number, waited in enumerate(world.executor.waits, start=1):
        longest = min(LONGEST_BACKOFF_SECONDS, 0.25 * 2**number)
        assert longest / 2 <= waited <= longest
    assert max(world.executor.waits) >= LONGEST_BACKOFF_SECONDS / 2

    world.executor.waits.clear()
    world.controller.step()
    monkeypatch.setattr(world.store, "experiments", lost)
    world.controller.step()
    assert world.executor.waits[-1] <= 0.5


def test_a_store_that_refuses_ends_the_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    monkeypatch.setattr(world.store, "experiments", refused)
    with pytest.raises(RefusedError):
        world.controller.step()


def test_an_executor_that_cannot_now_heals_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    with monkeypatch.context() as patched:
        patched.setattr(world.executor, "executions", world.executor._refuse)
        world.executor.refuses = True
        world.controller.step()
    world.executor.refuses = False
    assert (world.healed, len(world.executor.waits)) == (0, 1)
    world.step_until(lambda: world.state is ExperimentState.COMPLETED)


def test_a_launch_that_cannot_be_now_is_tried_once_a_tick() -> None:
    world = World()
    world.executor.refuses = True
    for _ in range(5):
        world.controller.step()
    # It waits each time, and plans no further batches meanwhile.
    assert world.executor.waits == [TICK_SECONDS] * 5
    assert len(world.store.batch_states(UID)) == 2
    world.executor.refuses = False
    world.step_until(lambda: world.state is ExperimentState.COMPLETED)
    assert world.counted == TRIALS


def test_a_drain_ends_what_runs_and_plans_nothing_new() -> None:
    # There is room for one: what ends makes room for the next, which must not be used.
    world = World(bound=1)
    world.controller.step()
    assert len(world.executor.launched) == 1
    while not world.controller.drain():
        pass
    assert world.executor.executions() == {}
    assert world.store.unsettled_experiments() == set()
    assert len(world.executor.launched) == 1
    assert world.state is ExperimentState.ACTIVE

    world.controller = world.restarted()
    world.step_until(lambda: world.state is ExperimentState.COMPLETED)
    assert world.counted == TRIALS


def test_a_drain_survives_an_executor_that_cannot_now() -> None:
    world = World()
    world.controller.step()
    world.executor.refuses = True
    assert not world.controller.drain()
    world.executor.refuses = False
    while not world.controller.drain():
        pass
    assert world.store.unsettled_experiments() == set()


def test_capacity_bounds_what_runs_at_once() -> None:
    world = World(bound=1)
    world.controller.tick()
    assert len(world.executor.executions()) == 1
    world.step_until(lambda: world.state is ExperimentState.COMPLETED)
    assert world.counted == TRIALS


def test_the_loop_ends_when_it_is_told() -> None:
    world = World()
    stop = threading.Event()
    world.executor.wait = lambda _timeout: stop.set()  # type: ignore[method-assign]
    world.controller.run(stop)
    assert stop.is_set()
