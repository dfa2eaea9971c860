"""Blame: who may have killed a container, from the slots that named what was running.

`settle` asks it about the trials of an ended batch that have no outcome.
"""

from __future__ import annotations

from enum import Enum, auto

from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution

KILLED = frozenset({Cause.CRASHED, Cause.OUT_OF_MEMORY})


class Verdict(Enum):
    """What is thought of a trial without an outcome."""

    INNOCENT = auto()  # run again
    SUSPECT = auto()  # run again among suspects only
    GUILTY = auto()  # it ran alone, and its container was killed


def verdict(batch: Batch, end: Execution, position: int) -> Verdict:
    """Return what to think of the unfinished trial at a position of an ended batch."""
    named = end.named is not None and position in end.named
    if end.cause not in KILLED:
        # What the cluster did clears nobody: a suspect stays one.
        return Verdict.SUSPECT if batch.suspects else Verdict.INNOCENT
    if batch.suspects:
        # Suspects run one after another, so the one that is named ran alone.
        return Verdict.GUILTY if named else Verdict.SUSPECT
    # Without evidence anybody may have done it.
    return Verdict.SUSPECT if named or end.named is None else Verdict.INNOCENT
