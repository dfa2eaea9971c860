"""Folders that user code has written to are removed, whatever it has made of them.

What can't be removed stays, and is no error. `tempfile`'s own would give rights to it first, to
what a symbolic link names too, and fail where it may not. Neighbours: `process`, `command`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EXIT_SECONDS = 3.0  # how long the worker's end waits, for all of them together

_removals: list[threading.Thread] = []


@contextmanager
def passing_folder() -> Iterator[Path]:
    """Yield a folder of a trial for as long as the context is entered."""
    folder = tempfile.mkdtemp(prefix="crosstrial-trial-")
    try:
        yield Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove(folder: str) -> None:
    """Begin to remove a folder, beside the caller's work: there may be very much in it."""
    _removals[:] = [removal for removal in _removals if removal.is_alive()]
    removal = threading.Thread(target=shutil.rmtree, args=(folder, True), daemon=True)
    removal.start()
    _removals.append(removal)


@atexit.register
def wait_for_removals() -> None:
    """Wait until what was begun has ended, within bounds."""
    deadline = time.monotonic() + EXIT_SECONDS
    for removal in _removals:
        removal.join(max(0.0, deadline - time.monotonic()))
