"""What goes between the parent and a child, as JSON: nothing that user code sent is unpickled."""

from __future__ import annotations

from datetime import datetime

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState, SplitResult
from crosstrial.domain.record import Record
from crosstrial.spec.node import Value

# No message of a sound child is near this; a longer one is taken for garbage.
MESSAGE_BYTES = 64 << 20
READY = b"ready"


class Job(Record):
    """A trial to run: a manifest position and what is there."""

    position: int
    model: str
    index: int
    parameters: dict[str, Value]


class Report(Record):
    """What one attempt at a trial came to, without the names that the parent knows."""

    position: int
    state: OutcomeState
    cause: Cause | None = None
    message: str | None = None
    splits: tuple[SplitResult, ...] = ()
    seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    started: datetime
    finished: datetime


class Prepared(Record):
    """What preparing a data set came to: the digest of its splits, or why it is unusable."""

    splits_digest: str | None = None
    error: str | None = None
