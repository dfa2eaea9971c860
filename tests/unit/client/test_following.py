"""Following an experiment outlasts a store that is lost for a while."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest

from crosstrial.client import store_client as client_module
from crosstrial.client.patience import LONGEST_BACKOFF_SECONDS, PATIENCE_SECONDS, Patience
from crosstrial.client.store_client import StoreClient
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import UnreachableError
from support.registered import UID, record

ACTIVE = ExperimentState.ACTIVE


class Clock:
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)


class LossyStore(MemoryStore):
    """Does not answer while it is lost."""

    def __init__(self, is_lost: Callable[[], bool]) -> None:
        super().__init__()
        self.is_lost = is_lost
        self.insert_experiment(record())

    def experiment(self, name: str) -> ExperimentRecord | None:
        if self.is_lost():
            raise UnreachableError("the store does not answer")
        return super().experiment(name)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(client_module.time, "sleep", made.sleep)
    return made


def patience(clock: Clock, told: list[str]) -> Patience:
    return Patience(told.append, monotonic=lambda: clock.now, sleep=clock.sleep)


def test_a_short_loss_is_told_and_outlasted(clock: Clock) -> None:
    store = LossyStore(lambda: 10 <= clock.now < 60)
    told: list[str] = []
    seen = []
    for status in StoreClient(store).follow("demo", patience=patience(clock, told)):
        seen.append(status.record.state)
        if clock.now > 70:
            store.change_state(UID, was=ACTIVE, revision=1, to=ExperimentState.COMPLETED)
    assert seen[-1] is ExperimentState.COMPLETED
    assert told == [
        "the store does not answer; this goes on trying for 5 minutes",
        "the store answers again",
    ]


def test_a_long_loss_ends_it_and_is_asked_after_more_and_more_rarely(clock: Clock) -> None:
    store = LossyStore(lambda: clock.now >= 10)
    with pytest.raises(UnreachableError):
        list(StoreClient(store).follow("demo", patience=patience(clock, [])))
    assert PATIENCE_SECONDS <= clock.now - 10 <= PATIENCE_SECONDS + LONGEST_BACKOFF_SECONDS + 2
    assert max(clock.slept) == LONGEST_BACKOFF_SECONDS
    assert len(clock.slept) < 60


def test_what_was_known_last_is_yielded_meanwhile(clock: Clock) -> None:
    # Whoever follows has a deadline of her own to look at.
    store = LossyStore(lambda: clock.now >= 2)
    times: list[float] = []
    with suppress(UnreachableError):
        followed = StoreClient(store).follow("demo", patience=patience(clock, []))
        times.extend(clock.now for _ in followed)
    assert times[-1] > PATIENCE_SECONDS - LONGEST_BACKOFF_SECONDS
    assert max(later - earlier for earlier, later in pairwise(times)) < 20


def test_a_store_that_was_never_there_is_not_waited_for(clock: Clock) -> None:
    with pytest.raises(UnreachableError):
        next(StoreClient(LossyStore(lambda: True)).follow("demo"))
    assert clock.slept == []
