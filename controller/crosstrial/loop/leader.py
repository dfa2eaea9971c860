"""Local leadership: one controller a state folder, elected by a file lock that dies with it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLeader:
    """Holds `path` exclusively, or waits in line for it without blocking."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def leading(self) -> bool:
        """Whether this process is the controller of the folder."""
        return self._descriptor is not None

    def try_lead(self) -> bool:
        """Take the lock if it is free; return whether it is ours."""
        if self._descriptor is not None:
            return True
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def resign(self) -> None:
        """Let another process lead."""
        if self._descriptor is None:
            return
        # A process that was just started may still hold the descriptor, until it executes.
        fcntl.flock(self._descriptor, fcntl.LOCK_UN)
        os.close(self._descriptor)
        self._descriptor = None
