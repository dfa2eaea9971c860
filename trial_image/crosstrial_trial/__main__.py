"""`python -m crosstrial_trial`: run the batch that the environment names; see README.md."""

from __future__ import annotations

import contextlib
import os
import sys

from crosstrial_trial.stop import end_when_told

# The first process of a container has no default for SIGTERM: before anything that takes time.
end_when_told()

from crosstrial.domain.record import InvalidRecordError  # noqa: E402
from crosstrial.domain.worker_exit import WorkerExit  # noqa: E402
from crosstrial.spec.errors import CrosstrialError  # noqa: E402
from crosstrial.store.connect import open_store  # noqa: E402
from crosstrial.store.protocol import StoreError, UnreachableError  # noqa: E402
from crosstrial_trial.batch import BatchWorker  # noqa: E402
from crosstrial_trial.environment import Environment, InvalidEnvironmentError  # noqa: E402
from crosstrial_trial.journal import log_to_stderr, logger  # noqa: E402
from crosstrial_trial.process import ProcessError  # noqa: E402

KNOWN = (
    CrosstrialError,
    InvalidRecordError,
    InvalidEnvironmentError,
    OSError,
    ProcessError,
    StoreError,
)


def main() -> WorkerExit:
    """Run the batch and return the exit code."""
    log_to_stderr()
    try:
        environment = Environment.read(os.environ)
        store = open_store(environment.store, pool_size=1)
        with contextlib.closing(store):
            return BatchWorker(store, environment).run()
    except UnreachableError as error:
        logger.error("the store is unreachable: %s", error)
        return WorkerExit.STORE_UNREACHABLE
    except KNOWN as error:
        logger.error("%s: %s", type(error).__name__, error)
        return WorkerExit.ERROR


if __name__ == "__main__":
    sys.exit(main())
