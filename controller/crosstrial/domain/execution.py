"""What an executor sees of a batch: whether it lives, and why it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from crosstrial.domain.cause import Cause


class Phase(StrEnum):
    """Where a batch's pod or local process is."""

    PENDING = "pending"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"  # every process of it is gone, its evidence is here

    @property
    def live(self) -> bool:
        """Whether something of it may still write outcomes."""
        return self is not Phase.ENDED


class Obstacle(StrEnum):
    """Why a batch does not start though it is wanted: stable codes, the reasons of a condition.

    Nothing of it is counted: once the obstacle is gone, the same batch starts.
    """

    JOB_NAME_TAKEN = "JobNameTaken"  # something else has its name
    JOB_REFUSED = "JobRefused"  # the cluster does not take its Job: quota, rights, an invalid field
    POD_REFUSED = "PodRefused"  # its Job gets no pod: quota, Pod Security, admission
    UNSCHEDULABLE = "Unschedulable"  # its pod fits no node
    IMAGE_ERROR = "ImageError"  # its image cannot be pulled
    NOT_STARTED = "NotStarted"  # its container does not start: a missing Secret, a volume
    QUEUED = "Queued"  # its queue has not admitted it yet, or somebody has suspended it


@dataclass(frozen=True)
class Execution:
    """A batch seen by an executor.

    `cause` says why it ended early: CRASHED and OUT_OF_MEMORY when the whole container was
    killed by a signal or for its memory, a returned cause otherwise, None when it ended well
    or has not ended. `named` are the manifest positions in the blame slots; None without
    evidence. `obstacle` says why a pending one does not start, `message` then tells it.
    `finished` is when its worker ended, by the clock of its node, as far as that is known.
    """

    batch: str
    phase: Phase
    pod: str | None = None
    cause: Cause | None = None
    named: tuple[int, ...] | None = None
    message: str = ""
    log: str = ""
    obstacle: Obstacle | None = None
    finished: datetime | None = None


# The blame file: one slot a child, each a position right-aligned in 15 characters and a newline.
SLOT_BYTES = 16
EVIDENCE_BYTES = 4096
IDLE = "-"


def slot_text(position: int | None) -> bytes:
    """Return the slot of a child that runs `position`, or nothing."""
    return f"{IDLE if position is None else position:>{SLOT_BYTES - 1}}\n".encode("ascii")


def named_positions(evidence: bytes) -> tuple[int, ...]:
    """Return the manifest positions that a termination log names."""
    fields = evidence[-EVIDENCE_BYTES:].decode("ascii", errors="replace").split()
    return tuple(sorted({int(field) for field in fields if field.isdecimal()}))
