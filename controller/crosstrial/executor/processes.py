"""What Linux tells of processes, and two of its promises about parents; for the local executor.

Reads `/proc` directly: that takes microseconds a process, and the launcher, which looks ten times
a second, starts without another library.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
KIB = 1 << 10
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def descendants(ancestor: int) -> list[int]:
    """Return the processes below one, zombies included."""
    children: dict[int, list[int]] = {}
    for pid in _pids():
        parent = _parent(pid)
        if parent is not None:
            children.setdefault(parent, []).append(pid)
    found = list(children.get(ancestor, ()))
    for pid in found:  # grows while it is read
        found += children.get(pid, ())
    return found


def marked(variable: str, value: str) -> list[int]:
    """Return the processes that were started with a variable of a value in their environment.

    One that is ending has given its memory back, environment included: it runs no code any more
    and is not listed.
    """
    mark = f"{variable}={value}".encode()
    return [pid for pid in _pids() if mark in _read(pid, "environ").split(b"\0")]


def anonymous_bytes(pid: int) -> int:
    """Return the anonymous resident memory of a process (RssAnon); 0 when it is gone.

    Pages that it shares with processes forked from it, or it from them, are in each one's sum.
    """
    pages = _read(pid, "statm").split()
    # Resident, less what is of files or shared memory.
    return (int(pages[1]) - int(pages[2])) * PAGE_BYTES if pages else 0


def anonymous_share(pid: int) -> int:
    """Return the same with every shared page divided among its users; costs milliseconds a GiB.

    The sum over processes that share with each other only is what a container would be charged.
    """
    for line in _read(pid, "smaps_rollup").splitlines():
        if line.startswith(b"Pss_Anon:"):
            return int(line.split()[1]) * KIB
    return anonymous_bytes(pid)


def oom_kills() -> int:
    """Return how many processes the kernel has killed for memory since the machine started."""
    for line in (PROC / "vmstat").read_text().splitlines():
        name, count = line.split()
        if name == "oom_kill":
            return int(count)
    return 0


def kill(pids: Iterable[int]) -> None:
    """End processes at once; those that are gone are gone."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent ends."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int) -> None:
    """Have this process killed when its parent ends, be that by `kill -9`."""
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # It may have ended before it was watched.
    if os.getppid() != parent:
        os._exit(1)


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) was refused")


def _pids() -> Iterator[int]:
    return (int(path.name) for path in PROC.iterdir() if path.name.isdecimal())


def _parent(pid: int) -> int | None:
    # The second field is the program's name in parentheses, which may hold anything.
    fields = _read(pid, "stat").rpartition(b")")[2].split()
    return int(fields[1]) if fields else None


def _read(pid: int, name: str) -> bytes:
    """Return a file of a process; empty when the process is gone or another user's."""
    try:
        return (PROC / str(pid) / name).read_bytes()
    except OSError:
        return b""
