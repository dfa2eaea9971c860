"""The worker's side of the contract with whoever starts it: exit codes and environment."""

from __future__ import annotations

from enum import IntEnum

from crosstrial.domain.cause import Cause
from crosstrial.spec import allowlist


class WorkerExit(IntEnum):
    """A worker's exit code; anything else is an error of the worker."""

    DONE = 0  # every trial has an outcome, or the data set is recorded as unusable
    ERROR = 1
    STORE_UNREACHABLE = 69
    TAKEN = 75  # the batch belongs to another pod, or is withdrawn
    TERMINATED = 143


CAUSE_OF_EXIT: dict[int, Cause | None] = {
    WorkerExit.DONE: None,
    WorkerExit.ERROR: Cause.WORKER_ERROR,
    WorkerExit.STORE_UNREACHABLE: Cause.STORE_UNREACHABLE,
    WorkerExit.TAKEN: Cause.INTERRUPTED,
    WorkerExit.TERMINATED: Cause.INTERRUPTED,
}

# Environment of a worker.
STORE = "CROSSTRIAL_STORE"
BATCH = "CROSSTRIAL_BATCH"
POD_UID = "CROSSTRIAL_POD_UID"
NODE = "CROSSTRIAL_NODE"
IMAGE = "CROSSTRIAL_IMAGE"
TERMINATION_LOG = "CROSSTRIAL_TERMINATION_LOG"  # default /dev/termination-log
CACHE = "CROSSTRIAL_CACHE"  # data sets by digest
ESTIMATOR_MODULES = allowlist.MODULES
COMMANDS = allowlist.COMMANDS
DEFAULT_ESTIMATOR_MODULES = allowlist.DEFAULT_MODULES
