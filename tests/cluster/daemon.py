"""Start a daemon in a session of its own, remember its pid, stop exactly that process.

A remembered process is told by pid and start time, so that a pid that was given to another
process since is never signalled.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from cluster.errors import ClusterError
from cluster.folders import Folders
from cluster.shell import holds, tail

_READY_SECONDS = 60


@dataclass(frozen=True)
class Daemon:
    """A process that runs as long as the cluster does."""

    name: str
    command: tuple[str | Path, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=dict)


def start(daemon: Daemon, folders: Folders) -> None:
    """Start a daemon and return once it is ready.

    Raises:
        ClusterError: it ended, or was not ready in time; the end of its log is in the message.
    """
    log = folders.log(daemon.name)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(part) for part in daemon.command],
            env=dict(daemon.environment),
            cwd=folders.state,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    _remember(daemon.name, process.pid, folders)
    holds(lambda: process.poll() is not None or daemon.ready(), _READY_SECONDS)
    if process.poll() is not None:
        raise ClusterError(f"{daemon.name} ended ({process.returncode}):\n{_end_of(log)}")
    if not daemon.ready():
        raise ClusterError(f"{daemon.name} not ready in {_READY_SECONDS} s:\n{_end_of(log)}")


def running(name: str, folders: Folders) -> psutil.Process | None:
    """Return the process that was started under a name, None when it has ended."""
    try:
        record = json.loads(_record(name, folders).read_text())
        process = psutil.Process(record["pid"])
        same = process.create_time() == record["started"]
        alive = same and process.status() != psutil.STATUS_ZOMBIE
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return process if alive else None


def stop(name: str, folders: Folders, *, grace_seconds: float = 5) -> None:
    """End a daemon: ask it, then kill it after its grace; nothing happens when it has ended."""
    process = running(name, folders)
    if process is None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        # Not `process.wait`: a zombie has ended, however late its parent collects it.
        if not holds(lambda: running(name, folders) is None, grace_seconds):
            process.kill()
            holds(lambda: running(name, folders) is None, grace_seconds)


def _remember(name: str, pid: int, folders: Folders) -> None:
    record = _record(name, folders)
    record.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(psutil.NoSuchProcess):
        started = psutil.Process(pid).create_time()
        record.write_text(json.dumps({"pid": pid, "started": started}))


def _record(name: str, folders: Folders) -> Path:
    return folders.state / "daemons" / f"{name}.json"


def _end_of(log: Path) -> str:
    return f"{tail(log.read_text(errors='replace'))}\n  (all of it: {log})"
