"""What a kubelet is told of a loop that works, that is kept from its work, that hangs."""

from __future__ import annotations

import pytest

from crosstrial.loop.probes import HEALTHY_SECONDS, READY_SECONDS, Pulse


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_loop_that_has_just_begun_is_healthy_but_not_ready(clock: Clock) -> None:
    pulse = Pulse(clock)
    assert (pulse.healthy, pulse.ready) == (True, False)


def test_a_loop_that_gets_on_is_ready(clock: Clock) -> None:
    pulse = Pulse(clock)
    pulse.beat(well=True)
    clock.now += READY_SECONDS
    assert (pulse.healthy, pulse.ready) == (True, True)


def test_a_loop_that_is_kept_from_its_work_stays_healthy(clock: Clock) -> None:
    pulse = Pulse(clock)
    pulse.beat(well=True)
    for _ in range(100):
        clock.now += HEALTHY_SECONDS / 2
        pulse.beat(well=False)
    assert (pulse.healthy, pulse.ready) == (True, False)
    pulse.beat(well=True)
    assert pulse.ready


def test_a_loop_that_hangs_is_neither(clock: Clock) -> None:
    pulse = Pulse(clock)
    pulse.beat(well=True)
    clock.now += HEALTHY_SECONDS + 1
    assert (pulse.healthy, pulse.ready) == (False, False)
