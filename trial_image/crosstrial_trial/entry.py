"""From the environment to a worker at work, and from what it raises to an exit code."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from crosstrial.domain.record import InvalidRecordError
from crosstrial.domain.worker_exit import WorkerExit
from crosstrial.spec.errors import CrosstrialError
from crosstrial.store.connect import open_store
from crosstrial.store.protocol import Store, StoreError, UnreachableError
from crosstrial_trial.environment import Environment, InvalidEnvironmentError
from crosstrial_trial.journal import log_to_stderr, logger
from crosstrial_trial.process import ProcessError

KNOWN = (
    CrosstrialError,
    InvalidRecordError,
    InvalidEnvironmentError,
    OSError,
    ProcessError,
    StoreError,
)


def run_worker(work: Callable[[Store, Environment], WorkerExit]) -> WorkerExit:
    """Open the store that the environment names, do the work, and return the exit code."""
    log_to_stderr()
    try:
        environment = Environment.read(os.environ)
        store = open_store(environment.store, pool_size=1)
        with contextlib.closing(store):
            return work(store, environment)
    except UnreachableError as error:
        logger.error("the store is unreachable: %s", error)
        return WorkerExit.STORE_UNREACHABLE
    except KNOWN as error:
        logger.error("%s: %s", type(error).__name__, error)
        return WorkerExit.ERROR
