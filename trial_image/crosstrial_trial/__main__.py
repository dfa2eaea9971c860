"""`python -m crosstrial_trial`: run the batch that the environment names; see README.md."""

from __future__ import annotations

import sys

from crosstrial_trial.stop import end_when_told

# The first process of a container has no default for SIGTERM: before anything that takes time.
end_when_told()

from crosstrial.domain.worker_exit import WorkerExit  # noqa: E402
from crosstrial_trial.batch import BatchWorker  # noqa: E402
from crosstrial_trial.entry import run_worker  # noqa: E402


def main() -> WorkerExit:
    """Run the batch and return the exit code."""
    return run_worker(lambda store, environment: BatchWorker(store, environment).run())


if __name__ == "__main__":
    sys.exit(main())
