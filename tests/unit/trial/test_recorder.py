"""When outcomes are written, and what becomes of them when the store is away."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from crosstrial.domain.outcome import Outcome
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import UnreachableError
from crosstrial_trial.patience import Patience
from crosstrial_trial.recorder import FLUSH_COUNT, Recorder, flush_seconds
from support.arena import wait_for
from support.stored import outcome

BATCH = outcome().batch


class SlowStore(MemoryStore):
    """Takes outcomes only while the door is open; each write waits there."""

    def __init__(self) -> None:
        super().__init__()
        self.door = threading.Event()
        self.door.set()
        self.error: Exception | None = None
        self.writes: list[int] = []

    def insert_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        self.writes.append(len(outcomes))
        self.door.wait(60)
        if self.error is not None:
            raise self.error
        super().insert_outcomes(outcomes)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def recorder_on(store: MemoryStore, clock: Clock, interval: float = 2.0) -> Recorder:
    return Recorder(store, Patience(0), interval=interval, clock=clock)


def outcomes(first: int, count: int) -> list[Outcome]:
    return [outcome(index) for index in range(first, first + count)]


def never() -> bool:
    return False


@pytest.mark.parametrize(
    ("expected", "seconds"),
    [
        pytest.param(1.0, 0.5, id="a short batch"),
        pytest.param(40.0, 5.0, id="an eighth"),
        pytest.param(600.0, 10.0, id="a long batch"),
    ],
)
def test_an_outcome_waits_an_eighth_of_the_batch(expected: float, seconds: float) -> None:
    assert flush_seconds(expected) == seconds


def test_few_outcomes_are_written_when_the_oldest_has_waited() -> None:
    store, clock = SlowStore(), Clock()
    recorder = recorder_on(store, clock)
    recorder.add(outcomes(0, 2))
    clock.now = 1.9
    recorder.add(outcomes(2, 1))
    assert store.writes == []
    clock.now = 2.0
    recorder.add([])
    wait_for(lambda: len(store.outcomes_of_batch(BATCH)) == 3, "they are written")
    assert store.writes == [3]


def test_many_outcomes_are_written_at_once() -> None:
    store = SlowStore()
    recorder = recorder_on(store, Clock())
    recorder.add(outcomes(0, FLUSH_COUNT))
    wait_for(lambda: len(store.outcomes_of_batch(BATCH)) == FLUSH_COUNT, "they are written")


def test_a_slow_write_holds_up_nothing_and_is_followed_by_one_more() -> None:
    store = SlowStore()
    recorder = recorder_on(store, Clock())
    store.door.clear()
    recorder.add(outcomes(0, FLUSH_COUNT))
    wait_for(lambda: store.writes, "a write is under way")
    for position in range(1, 4):
        recorder.add(outcomes(position * FLUSH_COUNT, FLUSH_COUNT))
    store.door.set()
    recorder.close(never)
    assert len(store.outcomes_of_batch(BATCH)) == 4 * FLUSH_COUNT
    assert store.writes == [FLUSH_COUNT, 3 * FLUSH_COUNT]


def test_closing_writes_what_is_left() -> None:
    store = SlowStore()
    recorder = recorder_on(store, Clock())
    recorder.add(outcomes(0, 3))
    recorder.close(never)
    assert len(store.outcomes_of_batch(BATCH)) == 3


def test_a_store_that_stays_away_is_an_error_of_the_next_call() -> None:
    store, clock = SlowStore(), Clock()
    store.error = UnreachableError("no answer")
    recorder = recorder_on(store, clock, interval=0.0)
    recorder.add(outcomes(0, 1))

    def has_failed() -> bool:
        try:
            recorder.add([])
        except UnreachableError:
            return True
        return False

    wait_for(has_failed, "the error is raised")
    with pytest.raises(UnreachableError):
        recorder.close(never)


def test_closing_gives_up_when_told() -> None:
    store = SlowStore()
    recorder = recorder_on(store, Clock())
    store.door.clear()
    recorder.add(outcomes(0, 1))
    with pytest.raises(UnreachableError, match="in time"):
        recorder.close(lambda: True)
    store.door.set()
