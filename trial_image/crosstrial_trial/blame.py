"""The blame file: which trials run now, kept where a killed container's evidence is read."""

from __future__ import annotations

import os
from pathlib import Path

from crosstrial.domain.execution import SLOT_BYTES, slot_text


class BlameFile:
    """One slot a child in the termination log; each is overwritten by a single write."""

    def __init__(self, path: Path, slots: int) -> None:
        """Preallocate all slots as idle.

        Raises:
            OSError: the file cannot be written.
        """
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        os.pwrite(self._file, slot_text(None) * slots, 0)

    def write(self, slot: int, position: int | None) -> None:
        """Say that the child of a slot runs the trial at `position`, or nothing."""
        os.pwrite(self._file, slot_text(position), slot * SLOT_BYTES)

    def close(self) -> None:
        """Release the file; what it says stays."""
        os.close(self._file)
