"""A controller killed after any write, or acting on what is past: every trial is counted once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from crosstrial.decide.plan import plan
from crosstrial.domain.batch import Batch, BatchState, Entry
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.trial import Trial
from crosstrial.loop.apply import Applier
from crosstrial.loop.clock import utc_now
from crosstrial.loop.controller import Controller
from crosstrial.loop.observe import Observer
from crosstrial.spec.document import BASELINE
from crosstrial.store.memory import MemoryStore
from support.history import counted_trials
from support.registered import DATA_SETS, MODELS, UID, document, record
from support.simulated_executor import SimulatedExecutor

RUNS = 4
PAIRS = [(model, dataset) for model in MODELS for dataset in DATA_SETS]
EXPANSION = sorted(
    [Trial(model, dataset, index) for model, dataset in PAIRS for index in range(RUNS)]
    + [Trial(BASELINE, dataset, 0) for dataset in DATA_SETS]
)
WRITES = {
    "insert_batch",
    "launch_batch",
    "settle_batch",
    "insert_start",
    "insert_outcomes",
    "set_status",
    "change_state",
    "delete_experiment",
    "launch",
    "stop",
    "remove",
}
MOST_STEPS = 500


class Killed(BaseException):
    """The controller is gone."""


@dataclass
class Fuse:
    """How many writes a controller has left."""

    left: int

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class Mortal:
    """A store or an executor in the hands of a controller that is killed after some write."""

    def __init__(self, target: Any, fuse: Fuse) -> None:
        self._target = target
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._target, name)
        if name not in WRITES:
            return method

        def call(*arguments: Any, **named: Any) -> Any:
            result = method(*arguments, **named)
            self._fuse.burn()
            return result

        return call


def mixed(_batch: Batch, entry: Entry) -> Cause | None:
    """Some of everything: interrupted at first, short of memory at first, failed, well."""
    if entry.index == 1 and entry.attempt == 1:
        return Cause.INTERRUPTED
    if entry.index == 2 and entry.attempt == 1:
        return Cause.OUT_OF_MEMORY
    return Cause.ESTIMATOR_ERROR if entry.index == 3 else None


class World:
    """One experiment whose trials meet all kinds of fortune."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.store.insert_experiment(record(of=document(runs=RUNS)))
        self.executor = SimulatedExecutor(self.store, mixed)

    def mortal_controller(self, writes: int) -> Controller:
        fuse = Fuse(writes)
        return Controller(Mortal(self.store, fuse), Mortal(self.executor, fuse))

    def controller(self) -> Controller:
        return Controller(self.store, self.executor)

    @property
    def at_rest(self) -> bool:
        records = self.store.experiments()
        done = not records or records[0].state is ExperimentState.COMPLETED
        return done and not self.store.unsettled_experiments() and not self.executor.executions()

    def run(self, controller: Controller) -> None:
        for _ in range(MOST_STEPS):
            if self.at_rest:
                return
            controller.step()
            self.check_no_trial_is_in_two_live_batches()
        raise AssertionError(f"not at rest after {MOST_STEPS} steps")

    def check_no_trial_is_in_two_live_batches(self) -> None:
        live = [
            batch.trial(position)
            for batch in self.store.batches(UID, self.store.batch_states(UID))
            if batch.state is not BatchState.SETTLED
            for position in range(len(batch.manifest))
        ]
        assert len(live) == len(set(live))


def killed_once() -> Iterator[tuple[int, World]]:
    """Yield worlds whose first controller was killed after its first, second, ... write."""
    for writes in range(1, MOST_STEPS):
        world = World()
        try:
            world.run(world.mortal_controller(writes))
        except Killed:
            yield writes, world
        else:
            return


def test_a_crash_after_any_write_is_healed_by_the_next_controller() -> None:
    points = 0
    for writes, world in killed_once():
        world.run(world.controller())
        assert counted_trials(world.store) == EXPANSION, f"killed after write {writes}"
        points += 1
    assert points > 30


def test_a_controller_that_is_killed_again_and_again_comes_to_the_end() -> None:
    world = World()
    for _ in range(MOST_STEPS):
        try:
            # The status is written now and again as well: it alone is no progress.
            world.run(world.mortal_controller(3))
        except Killed:
            continue
        break
    assert world.at_rest
    assert counted_trials(world.store) == EXPANSION


def test_a_deletion_cut_off_anywhere_leaves_nothing_in_the_end() -> None:
    for writes, world in killed_once():
        was = world.store.experiments()[0]
        world.store.change_state(UID, was=was.state, revision=1, to=ExperimentState.DELETING)
        try:
            world.run(world.mortal_controller(1))
        except Killed:
            world.run(world.controller())
        assert world.store.experiments() == [], f"killed after write {writes}"
        assert world.store.batch_states(UID) == {}


def test_two_controllers_in_turn_do_nothing_twice() -> None:
    world = World()
    first, second = world.controller(), world.controller()
    for _ in range(MOST_STEPS):
        if world.at_rest:
            break
        first.step()
        world.check_no_trial_is_in_two_live_batches()
        second.step()
        world.check_no_trial_is_in_two_live_batches()
    assert counted_trials(world.store) == EXPANSION


@pytest.mark.parametrize("late_by", [1, 2, 3, 5, 8])
def test_what_was_decided_long_ago_does_no_harm(late_by: int) -> None:
    world = World()
    controller = world.controller()
    for _ in range(MOST_STEPS):
        if world.at_rest:
            break
        stale = plan(Observer(world.store, world.executor).observe(), utc_now())
        for _ in range(late_by):
            controller.step()
        Applier(world.store, world.executor).apply(stale)
        world.check_no_trial_is_in_two_live_batches()
    assert counted_trials(world.store) == EXPANSION
