"""Rest: how long an experiment waits whose batches do not start, before it tries again.

What never started interrupts no trial, so nothing else would end a quick circle of batches.
"""

from __future__ import annotations

from datetime import datetime

from crosstrial.decide.snapshot import ExperimentView

LONGEST_REST_SECONDS = 120.0
MOST_DOUBLINGS = 10  # more than it takes to the longest rest


def rests(view: ExperimentView, now: datetime) -> bool:
    """Whether it is too early for new batches: the last ones that ended have never started.

    The first round of `parallelBatches` batches since one that did start is free, as a pod may
    be lost at any time; with each further one the rest doubles.
    """
    progress = view.progress
    failed = progress.last_false_start
    if failed is None:
        return False
    last_started = -1 if progress.last_started is None else progress.last_started
    limits = view.record.latest.document.spec.limits
    rounds = (failed.number - last_started) / limits.parallel_batches
    seconds: float = min(LONGEST_REST_SECONDS, 2.0 ** min(rounds, MOST_DOUBLINGS) - 2.0)
    # A clock that was set back must not prolong it.
    return 0 <= (now - failed.settled).total_seconds() < seconds
