"""The kubelet's cgroups, in every hierarchy of either version: end who is in them, remove them."""

from __future__ import annotations

import contextlib
import os
import signal
from functools import partial
from pathlib import Path

from cluster.shell import holds

_ROOT = Path("/sys/fs/cgroup")


def pods() -> list[Path]:
    """Return the kubelet's top cgroup, once a hierarchy."""
    return [folder for folder in (_ROOT / "kubepods", *_ROOT.glob("*/kubepods")) if folder.is_dir()]


def kill() -> None:
    """Kill every process of every container."""
    holds(_killed, seconds=10)


def remove() -> None:
    """Remove the emptied cgroups, deepest first."""
    for top in pods():
        below = [folder for folder in top.rglob("*") if folder.is_dir()]
        for folder in [*sorted(below, key=lambda path: len(path.parts), reverse=True), top]:
            # A process that is still dying keeps it busy for a moment.
            holds(partial(_removed, folder), seconds=5)


def _killed() -> bool:
    members = {int(pid) for top in pods() for file in _members(top) for pid in _read(file)}
    for pid in members:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return not members


def _members(top: Path) -> list[Path]:
    return [top / "cgroup.procs", *top.rglob("cgroup.procs")]


def _read(file: Path) -> list[str]:
    try:
        return file.read_text().split()
    except OSError:  # removed meanwhile
        return []


def _removed(folder: Path) -> bool:
    try:
        folder.rmdir()
    except OSError:
        return not folder.exists()
    return True
