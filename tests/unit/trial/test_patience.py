"""An unreachable store is tried again, for as long as was said."""

from __future__ import annotations

import pytest

from crosstrial.store.protocol import RefusedError, UnreachableError
from crosstrial_trial.patience import Patience


class Clock:
    """Time that passes by pauses only."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds


def failing(times: int, error: Exception) -> tuple[list[int], object]:
    """Return a list of calls, and a method that fails so many times."""
    calls: list[int] = []

    def method(value: int) -> int:
        calls.append(value)
        if len(calls) <= times:
            raise error
        return value

    return calls, method


def patience(seconds: float) -> Patience:
    clock = Clock()
    return Patience(seconds, clock=clock, pause=clock.pause)


def test_it_returns_what_comes_at_last() -> None:
    calls, method = failing(3, UnreachableError("no answer"))
    assert patience(10).call(method, 5) == 5  # type: ignore[arg-type]
    assert calls == [5] * 4


def test_it_ends_after_its_time() -> None:
    calls, method = failing(1000, UnreachableError("no answer"))
    with pytest.raises(UnreachableError, match="no answer"):
        patience(10).call(method, 5)  # type: ignore[arg-type]
    assert 10 < len(calls) < 30


def test_a_refusal_is_final() -> None:
    calls, method = failing(1, RefusedError("wrong password"))
    with pytest.raises(RefusedError):
        patience(10).call(method, 5)  # type: ignore[arg-type]
    assert calls == [5]
