"""The peak of this process's memory since a moment, in MiB."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from crosstrial_trial.limits import usage

RESET_PEAK = "5"  # see proc(5), /proc/pid/clear_refs


def reset_peak() -> None:
    """Begin to measure anew; where that is not allowed, peaks are those of the whole process."""
    try:
        Path("/proc/self/clear_refs").write_text(RESET_PEAK, encoding="ascii")
    except OSError:
        return


def peak_mb() -> float:
    """Return the most that was resident at once."""
    seen = usage(os.getpid())
    if seen is not None and seen.peak_bytes:
        return seen.peak_bytes / (1 << 20)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
