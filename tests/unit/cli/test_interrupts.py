"""The first signal is noted, the second one acts."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from crosstrial.cli.interrupts import interruptible


@pytest.fixture(autouse=True)
def _interruptible_by_itself() -> Iterator[None]:
    """Python's own handler, which a process that was started in the background may lack."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_the_first_interrupt_is_noted_and_the_second_raises() -> None:
    with interruptible() as interruption:
        assert not interruption.requested
        os.kill(os.getpid(), signal.SIGINT)
        assert interruption.requested
        assert interruption.exit_code == 130
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_handlers_are_as_before_afterwards() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with interruptible():
        pass
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
