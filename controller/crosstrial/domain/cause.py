"""Why a trial has no score: a closed list of stable codes, and which of them count."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """A counted cause is the configuration's own doing; a returned one is the cluster's."""

    ESTIMATOR_ERROR = "estimator_error"
    INVALID_PARAMETERS = "invalid_parameters"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"

    INTERRUPTED = "interrupted"
    IMAGE_ERROR = "image_error"
    UNSCHEDULABLE = "unschedulable"
    STORE_UNREACHABLE = "store_unreachable"
    WORKER_ERROR = "worker_error"
    DATASET_ERROR = "dataset_error"

    @property
    def counted(self) -> bool:
        """Whether the trial spends a run; else it goes back to the queue."""
        return self in COUNTED


COUNTED = frozenset(
    {
        Cause.ESTIMATOR_ERROR,
        Cause.INVALID_PARAMETERS,
        Cause.TIMEOUT,
        Cause.OUT_OF_MEMORY,
        Cause.CRASHED,
    }
)
