"""What a child may use, and what it uses, as Linux tells it."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from crosstrial.spec.checks.resources import PARENT_BYTES

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Version 2 of control groups, then version 1; seen from inside a container.
OOM_COUNTERS = (
    Path("/sys/fs/cgroup/memory.events"),
    Path("/sys/fs/cgroup/memory/memory.oom_control"),
)


@dataclass(frozen=True)
class Limits:
    """Bounds of one trial: seconds of wall time, bytes of anonymous resident memory."""

    trial_seconds: float
    child_bytes: int


@dataclass(frozen=True)
class Usage:
    """What a process has used: bytes now, bytes at most, seconds of CPU.

    The seconds are also those of what it has started and waited for.
    """

    anonymous_bytes: int = 0
    peak_bytes: int = 0
    cpu_seconds: float = 0.0


def child_bytes(memory: int, children: int) -> int:
    """Return what of a batch's memory one child may hold."""
    return max(0, memory - PARENT_BYTES) // children


def usage(pid: int) -> Usage | None:
    """Return what a process uses; None once it is gone."""
    process = Path("/proc", str(pid))
    try:
        status = (process / "status").read_text()
        stat = (process / "stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The command's name may hold blanks: count fields from its closing parenthesis.
    fields = stat.rpartition(")")[2].split()
    return Usage(
        anonymous_bytes=_kibibytes(status, "RssAnon") << 10,
        peak_bytes=_kibibytes(status, "VmHWM") << 10,
        cpu_seconds=sum(map(int, fields[11:15])) / TICKS_PER_SECOND,
    )


def usage_of_tree(pid: int) -> Usage | None:
    """Return what a process and all that it has started use together; None once it is gone."""
    own = usage(pid)
    if own is None:
        return None
    others = [seen for child in _children(pid) if (seen := usage_of_tree(child)) is not None]
    return Usage(
        anonymous_bytes=sum((one.anonymous_bytes for one in others), own.anonymous_bytes),
        peak_bytes=sum((one.peak_bytes for one in others), own.peak_bytes),
        cpu_seconds=sum((one.cpu_seconds for one in others), own.cpu_seconds),
    )


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path("/proc", str(pid), "task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, task.read_text().split())
    return found


def _kibibytes(status: str, field: str) -> int:
    # A process that has exited but was not reaped has no memory lines.
    found = re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) if found else 0


class OomWatch:
    """Tells whether the kernel killed something in this container for memory."""

    def __init__(self, counters: tuple[Path, ...] = OOM_COUNTERS) -> None:
        self._counters = counters
        self._seen = self._count()

    def happened(self) -> bool:
        """Whether it did since the last call."""
        before, self._seen = self._seen, self._count()
        return self._seen > before

    def _count(self) -> int:
        for counter in self._counters:
            try:
                found = re.search(r"^oom_kill (\d+)$", counter.read_text(), re.MULTILINE)
            except OSError:
                continue
            if found:
                return int(found[1])
        return 0
