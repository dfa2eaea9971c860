"""How many cores this process may use: its affinity, and the quota of its control group."""

from __future__ import annotations

import os
from pathlib import Path

UNLIMITED = float("inf")
GROUPS = Path("/sys/fs/cgroup")
OWN_GROUP = Path("/proc/self/cgroup")


def available_cores() -> float:
    """Return the cores that are there for this process, be it in a container or a job."""
    return min(len(os.sched_getaffinity(0)), quota_cores(OWN_GROUP, GROUPS))


def quota_cores(own_group: Path, groups: Path) -> float:
    """Return the least CPU quota, in cores, of a process's control groups (version 2)."""
    path = _group_path(own_group)
    if path is None:
        return UNLIMITED
    group = groups / path
    above = [folder for folder in group.parents if folder.is_relative_to(groups)]
    return min(_quota(folder / "cpu.max") for folder in (group, *above))


def _group_path(own_group: Path) -> str | None:
    try:
        lines = own_group.read_text().splitlines()
    except OSError:
        return None
    prefix = "0::/"
    return next((line.removeprefix(prefix) for line in lines if line.startswith(prefix)), None)


def _quota(file: Path) -> float:
    """Return the cores of a file `<microseconds or max> <period in microseconds>`."""
    try:
        quota, period = file.read_text().split()
    except (OSError, ValueError):
        return UNLIMITED
    return UNLIMITED if quota == "max" else int(quota) / int(period)
