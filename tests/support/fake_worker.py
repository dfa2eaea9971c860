"""What workers in tests of executors are made of; each runs some lines after this module.

Test and workers meet in one folder: a worker notes there what happened, and holds a lock as long
as a process of it lives, which is seen across controllers and containers alike.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from crosstrial.domain.execution import slot_text
from crosstrial.domain.worker_exit import TERMINATION_LOG

SCRATCH = "FAKE_WORKER_SCRATCH"
MIB = 1 << 20


def note(word: str) -> None:
    """Leave a word for the test."""
    (_scratch() / word).touch()


def hold() -> None:
    """Stay until the test lets go."""
    note("holding")
    while not (_scratch() / "release").exists():
        time.sleep(0.01)


def stay() -> None:
    """Never end by itself."""
    while True:
        time.sleep(60)


def blame(*positions: int) -> None:
    """Name the trials that run, a slot each."""
    Path(os.environ[TERMINATION_LOG]).write_bytes(b"".join(map(slot_text, positions)))


def child(code: str, *, detached: bool = False) -> None:
    """Start a child that runs some lines, and wait until it has noted `child`."""
    command = [sys.executable, "-c", f"from support.fake_worker import *\n{code}"]
    subprocess.Popen(command, start_new_session=detached)
    while not (_scratch() / "child").exists():
        time.sleep(0.01)


def on_term(react: Callable[[], None]) -> None:
    """Do something when asked to end."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: react())


def allocate(mib: int) -> bytearray:
    """Return so much memory, every page of it in use."""
    return bytearray(os.urandom(1)) * (mib * MIB)


def be_killed_first() -> None:
    """Be the one that the kernel kills where it kills one process for the memory of all."""
    Path("/proc/self/oom_score_adj").write_text("1000")


def die(number: int) -> None:
    """End by a signal."""
    os.kill(os.getpid(), number)
    stay()


def _scratch() -> Path:
    return Path(os.environ[SCRATCH])


def _lock() -> object:
    file = (_scratch() / f"alive-{uuid.uuid4().hex}").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    return file


if SCRATCH in os.environ:
    _alive = _lock()
