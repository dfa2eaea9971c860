"""Diagnosis: why a batch ended, from its worker's exit code and what is known beside it.

Pure, and light to import: the launcher starts with it.
"""

from __future__ import annotations

import signal
from dataclasses import dataclass

from crosstrial.domain.cause import Cause
from crosstrial.domain.worker_exit import CAUSE_OF_EXIT, WorkerExit

SIGNALLED = 128  # a container's exit code for a death by signal n is 128 + n
KILLED = SIGNALLED + signal.SIGKILL

MESSAGES: dict[int, str] = {
    WorkerExit.ERROR: "the worker failed; the end of its log says why",
    WorkerExit.STORE_UNREACHABLE: "the worker could not reach the store",
    WorkerExit.TAKEN: "the batch belongs to another worker, or was withdrawn",
    WorkerExit.TERMINATED: "the worker was asked to end",
}


@dataclass(frozen=True)
class End:
    """Why a batch ended early, and that in one line; no cause when it ended well."""

    cause: Cause | None
    message: str = ""


def diagnose(code: int, *, out_of_memory: str = "", asked: str = "") -> End:
    """Return what an ended worker's exit code means.

    Args:
        code: as containers have it: 128 + n for a death by signal n.
        out_of_memory: how it is known that it was killed for its memory, if it was.
        asked: why it had been asked to end before it did, if it had.
    """
    if code == WorkerExit.DONE:
        return End(None)
    if out_of_memory:
        return End(Cause.OUT_OF_MEMORY, out_of_memory)
    # However it died then, it was asked to; a code of its own still says more.
    if asked and code > SIGNALLED:
        return End(Cause.INTERRUPTED, asked)
    if code in CAUSE_OF_EXIT:
        return End(CAUSE_OF_EXIT[code], MESSAGES[code])
    killer = _signal_name(code)
    if killer is not None:
        return End(Cause.CRASHED, f"the worker was killed by {killer}")
    return End(Cause.WORKER_ERROR, f"the worker ended with the unknown exit code {code}")


def _signal_name(code: int) -> str | None:
    try:
        return signal.Signals(code - SIGNALLED).name
    except ValueError:
        return None
