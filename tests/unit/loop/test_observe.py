"""What one tick sees."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from crosstrial.domain.batch import Batch, Became, StartRecord
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState, Status
from crosstrial.domain.outcome import Outcome
from crosstrial.loop.observe import Observer
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import UnreachableError
from support.history import History, settlement_of
from support.registered import MOMENT, UID, document, outcome, record
from support.simulated_executor import SimulatedExecutor


class Time:
    """A monotonic clock that stands still."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class World:
    """A store with one experiment, an executor, and the observer of a controller."""

    def __init__(self, experiment: ExperimentRecord | None = None, bound: int | None = None):
        self.store = MemoryStore()
        self.store.insert_experiment(experiment or record())
        self.executor = SimulatedExecutor(self.store, bound=bound)
        self.history = History(self.store)
        self.time = Time()
        self.observer = self.restarted()

    def restarted(self) -> Observer:
        return Observer(self.store, self.executor, self.time)

    def become(self, to: ExperimentState) -> None:
        was = self.store.experiments()[0]
        assert self.store.change_state(UID, was=was.state, revision=1, to=to)

    def elapsed(self) -> float:
        return self.observer.observe().experiments[0].elapsed_seconds


# The clock.


def test_time_passes_while_an_experiment_is_active_only() -> None:
    world = World()
    assert world.elapsed() == 0.0
    world.time.now += 10
    assert world.elapsed() == 10.0
    world.become(ExperimentState.PAUSED)
    world.time.now += 100
    assert world.elapsed() == 10.0
    world.become(ExperimentState.ACTIVE)
    world.time.now += 5
    assert world.elapsed() == 15.0


def test_a_restart_goes_on_from_the_status() -> None:
    world = World(record(status=Status(elapsed_seconds=60.0)))
    assert world.elapsed() == 60.0
    world.time.now += 1
    assert world.elapsed() == 61.0


# Which experiments.


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        (ExperimentState.ACTIVE, True),
        (ExperimentState.PAUSED, True),
        (ExperimentState.DELETING, True),
        (ExperimentState.COMPLETED, False),
        (ExperimentState.CANCELLED, False),
    ],
)
def test_experiments_at_rest_are_not_in_view(state: ExperimentState, *, seen: bool) -> None:
    world = World(record(state=state, status=Status(ended=MOMENT)))
    assert bool(world.observer.observe().experiments) is seen


def test_a_cancelled_experiment_is_in_view_until_its_end_is_noted() -> None:
    world = World()
    batch = world.history.plan({0: 1})
    world.become(ExperimentState.CANCELLED)
    view = world.observer.observe().experiments[0]
    assert [live.batch.id for live in view.live] == [batch.id]
    world.history.settle(batch)
    (view,) = world.observer.observe().experiments
    assert view.live == ()
    world.store.set_status(UID, Status(ended=MOMENT))
    assert world.observer.observe().experiments == ()


def test_a_store_lost_in_the_first_look_is_survived(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    with monkeypatch.context() as patched:
        patched.setattr(world.store, "batch_states", _unreachable)
        with pytest.raises(UnreachableError):
            world.observer.observe()
    world.store.delete_experiment(UID)
    assert world.observer.observe().experiments == ()


def _unreachable(*_arguments: object) -> None:
    raise UnreachableError("nothing was heard")


# Live batches.


def test_outcomes_are_read_once_nothing_runs_any_more() -> None:
    world = World()
    batch = world.history.plan({0: 1, 1: 1})
    world.executor.launch(batch)
    seen = world.observer.observe().experiments[0].live[0]
    assert seen.execution is not None
    assert seen.execution.phase.live
    assert (seen.start, seen.outcomes) == (None, None)

    world.executor.advance()
    seen = world.observer.observe().experiments[0].live[0]
    assert seen.start is not None
    assert sorted(o.index for o in seen.outcomes or ()) == [0, 1]


def test_a_batch_without_execution_shows_what_it_left() -> None:
    world = World()
    batch = world.history.plan({0: 1, 1: 1})
    world.store.insert_start(StartRecord(batch=batch.id, pod="lost", started=MOMENT))
    world.store.insert_outcomes([outcome(index=1)])
    seen = world.observer.observe().experiments[0].live[0]
    assert seen.execution is None
    assert seen.start is not None
    assert [o.index for o in seen.outcomes or ()] == [1]


@pytest.mark.parametrize(
    ("late", "found"),
    [
        pytest.param(outcome(index=0, attempt=1), True, id="success-of-the-attempt-before"),
        pytest.param(
            outcome(index=0, attempt=1, cause=Cause.TIMEOUT), False, id="failure-of-the-one-before"
        ),
        pytest.param(
            outcome(index=0, attempt=2, cause=Cause.TIMEOUT), True, id="failure-of-this-attempt"
        ),
        pytest.param(outcome(index=7), False, id="another-trial"),
    ],
)
def test_outcomes_of_other_batches_are_found_by_their_trials(late: Outcome, *, found: bool) -> None:
    world = World()
    world.history.settled({0: 1}, Became.UNFINISHED)
    world.history.plan({0: 2})
    world.store.insert_outcomes([late])
    seen = world.observer.observe().experiments[0].live[0]
    assert (seen.outcomes == (late,)) is found


# Capacity.


def _launch(world: World, indexes: Iterable[int]) -> list[Batch]:
    batches = [world.history.plan({index: 1}) for index in indexes]
    for batch in batches:
        world.executor.launch(batch)
    return batches


@pytest.mark.parametrize(
    ("bound", "launched", "room"),
    [(None, 3, None), (4, 0, 4), (4, 3, 1), (2, 3, 0)],
    ids=["no-bound", "nothing-runs", "some-run", "more-than-fit"],
)
def test_what_runs_takes_room(bound: int | None, launched: int, room: int | None) -> None:
    world = World(bound=bound)
    _launch(world, range(launched))
    assert world.observer.observe().capacity == room


def test_an_ended_batch_takes_no_room_whether_settled_or_not() -> None:
    world = World(bound=2)
    first, _ = _launch(world, range(2))
    world.executor.advance()
    assert world.observer.observe().capacity == 1
    world.store.settle_batch(first.id, settlement_of(first, [Became.COUNTED]))
    assert world.observer.observe().capacity == 1


class AskedExecutor(SimulatedExecutor):
    """Notes which size it is asked about."""

    def capacity(self, cpu: float) -> int | None:
        self.asked = cpu
        return super().capacity(cpu)


def test_the_largest_experiment_decides_how_many_fit() -> None:
    store = MemoryStore()
    large = document("large", resources={"cpu": 4.0})
    store.insert_experiment(record())
    store.insert_experiment(record("large", uid="ffff", of=large))
    executor = AskedExecutor(store)
    Observer(store, executor).observe()
    assert executor.asked == 4.0
