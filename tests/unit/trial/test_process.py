"""A process of the pool as its parent reaches it."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import psutil

from crosstrial_trial.process import Process


def test_to_kill_a_process_that_is_gone_already_is_no_error() -> None:
    """The fork server has waited for it, and has not told its exit code yet."""
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    process = object.__new__(Process)
    process.pid = gone.pid
    process._process = SimpleNamespace(exitcode=None)  # type: ignore[assignment]
    process.kill()
    assert not psutil.pid_exists(gone.pid)
