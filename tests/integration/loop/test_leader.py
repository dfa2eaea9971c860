"""The leader's lock and processes: it dies with the leader, and with nobody else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from crosstrial.loop.leader import FileLeader


def test_the_lock_dies_with_its_leader(tmp_path: Path) -> None:
    pid = os.fork()
    if pid == 0:
        leads = FileLeader(tmp_path / "lock").try_lead()
        os.kill(os.getpid(), signal.SIGKILL if leads else signal.SIGTERM)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == -signal.SIGKILL
    follower = FileLeader(tmp_path / "lock")
    assert follower.try_lead()
    follower.resign()


def test_what_a_leader_has_started_does_not_hold_its_lock(tmp_path: Path) -> None:
    leader, follower = (FileLeader(tmp_path / "lock") for _ in range(2))
    assert leader.try_lead()
    command = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, close_fds=False):
        leader.resign()
        assert follower.try_lead()
    follower.resign()
