"""`python -m crosstrial_trial.replay POSITION`: run one trial of the batch again, and print it.

The same code, data and limits as when the batch ran, but nothing goes into the store: what it
comes to is printed (`crosstrial.domain.replay`), and whoever started this compares.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial

from crosstrial_trial.stop import end_when_told

# Before anything that takes time, as for a batch.
end_when_told()

from crosstrial.domain.batch import Batch  # noqa: E402
from crosstrial.domain.outcome import Outcome  # noqa: E402
from crosstrial.domain.replay import Replayed  # noqa: E402
from crosstrial.domain.worker_exit import WorkerExit  # noqa: E402
from crosstrial.spec.epochs import NoPruner  # noqa: E402
from crosstrial.store.protocol import Store  # noqa: E402
from crosstrial_trial.dataset import UnusableDataSetError  # noqa: E402
from crosstrial_trial.entry import run_worker  # noqa: E402
from crosstrial_trial.environment import Environment  # noqa: E402
from crosstrial_trial.journal import logger  # noqa: E402
from crosstrial_trial.patience import Patience  # noqa: E402
from crosstrial_trial.record import library_versions, outcome_of  # noqa: E402
from crosstrial_trial.running import run_trials  # noqa: E402
from crosstrial_trial.stage import Stage, stage  # noqa: E402


def main(arguments: list[str]) -> WorkerExit:
    """Replay the trial at the manifest position that is named; return the exit code."""
    return run_worker(partial(_replay, int(arguments[0])))


def _replay(position: int, store: Store, environment: Environment) -> WorkerExit:
    patience = Patience(environment.store_patience)
    batch = patience.call(store.batch, environment.batch)
    if batch is None:
        logger.error("batch %s is not in the store", environment.batch)
        return WorkerExit.ERROR
    # What others came to then is not what they come to now.
    batch = batch.model_copy(update={"pruner": NoPruner()})
    try:
        with stage(batch, environment, store, patience) as on:
            return _run(batch, position, on, environment)
    except UnusableDataSetError as error:
        logger.error("data set %s: %s", batch.dataset, error)
        return WorkerExit.ERROR


def _run(batch: Batch, position: int, on: Stage, environment: Environment) -> WorkerExit:
    ground = Replayed(
        versions=library_versions(environment.modules), splits_digest=on.data.splits_digest
    )
    _print(ground)
    return run_trials(
        batch,
        [position],
        start=on.start,
        record=partial(outcome_of, batch, environment.pod, on.data.splits_digest),
        recorder=_Printer(ground),
        termination_log=environment.termination_log,
    )


class _Printer:
    """Prints outcomes instead of keeping them."""

    def __init__(self, ground: Replayed) -> None:
        self._ground = ground

    def add(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            _print(self._ground.model_copy(update={"outcome": outcome}))

    def close(self, gives_up: Callable[[], bool]) -> None:
        """Do nothing: what was printed is out."""


def _print(replayed: Replayed) -> None:
    sys.stdout.write(f"{replayed.line()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
