"""What a worker does with its batch, in order: read, make the data ready, claim, run, record.

The claim comes after the data set is known to be usable, since a start record is written once
and says so. Neighbours: `dataset` makes ready, `running` runs the trials and records them.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from multiprocessing.context import ForkServerContext
from pathlib import Path

from crosstrial.domain.batch import Batch, BatchState, StartRecord
from crosstrial.domain.outcome import OutcomeState, outcome_id
from crosstrial.domain.record import utc
from crosstrial.domain.worker_exit import WorkerExit
from crosstrial.store.protocol import Store
from crosstrial_trial import child, prepare
from crosstrial_trial.dataset import UnusableDataSetError, ready_dataset
from crosstrial_trial.environment import Environment
from crosstrial_trial.journal import logger
from crosstrial_trial.patience import Patience
from crosstrial_trial.process import Process, answer_of, fork_server
from crosstrial_trial.record import library_versions, outcome_of
from crosstrial_trial.recorder import Recorder, flush_seconds
from crosstrial_trial.running import run_trials
from crosstrial_trial.setting import Setting
from crosstrial_trial.wire import Prepared

OWN_LIBRARY = "sklearn."


class BatchWorker:
    """Runs one batch for one pod."""

    def __init__(self, store: Store, environment: Environment) -> None:
        self._store = store
        self._environment = environment
        self._patience = Patience(environment.store_patience)

    def run(self) -> WorkerExit:
        """Bring every trial of the batch to its outcome.

        Raises:
            StoreError: the store can't be reached, or refuses.
            InvalidRecordError: the batch can't be read.
            ProcessError: processes end before they have done anything for the batch.
        """
        batch = self._patience.call(self._store.batch, self._environment.batch)
        if batch is None:
            logger.error("batch %s is not in the store", self._environment.batch)
            return WorkerExit.ERROR
        if self._is_taken(batch):
            return _taken(batch)
        positions = self._undecided(batch)
        logger.info(
            "batch %s: %d of %d trials to run on %s, %d at once",
            batch.id,
            len(positions),
            len(batch.manifest),
            batch.dataset,
            batch.children,
        )
        with ExitStack() as stack:
            return self._run_on_data(batch, positions, self._cache(stack))

    def _is_taken(self, batch: Batch) -> bool:
        """Whether it shows before any work that this pod has no business with the batch."""
        start = self._patience.call(self._store.start, batch.id)
        ours = start is None or (start.pod == self._environment.pod and not start.withdrawn)
        return batch.state is BatchState.SETTLED or not ours

    def _undecided(self, batch: Batch) -> list[int]:
        """Return the positions of trials without an outcome that would count."""
        ids = [
            {
                outcome_id(batch.uid, batch.trial(position), state, entry.attempt)
                for state in OutcomeState
            }
            for position, entry in enumerate(batch.manifest)
        ]
        found = self._patience.call(self._store.outcomes, sorted(set().union(*ids)))
        decided = {outcome.id for outcome in found}
        return [position for position, names in enumerate(ids) if decided.isdisjoint(names)]

    def _cache(self, stack: ExitStack) -> Path:
        """Return the folder for data sets; one for this batch alone where none is given."""
        cache = self._environment.cache or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="crosstrial-"))
        )
        cache.mkdir(parents=True, exist_ok=True)
        return cache

    def _run_on_data(self, batch: Batch, positions: list[int], cache: Path) -> WorkerExit:
        server = fork_server(_modules(batch))
        setting = Setting.of(batch, self._environment.modules)
        try:
            data = ready_dataset(
                batch.digest,
                cache,
                fetch=lambda file: self._patience.call(self._store.get_dataset, batch.digest, file),
                prepare=partial(_prepare, server, setting),
            )
        except UnusableDataSetError as error:
            logger.error("batch %s: data set %s: %s", batch.id, batch.dataset, error)
            return WorkerExit.DONE if self._claim(batch, str(error)) else _taken(batch)
        if not self._claim(batch):
            return _taken(batch)
        return run_trials(
            batch,
            positions,
            start=partial(Process, server, child.main, data.folder, setting),
            record=partial(outcome_of, batch, self._environment.pod, data.splits_digest),
            recorder=Recorder(
                self._store, self._patience, interval=flush_seconds(batch.expected_seconds)
            ),
            termination_log=self._environment.termination_log,
        )

    def _claim(self, batch: Batch, dataset_error: str | None = None) -> bool:
        start = StartRecord(
            batch=batch.id,
            pod=self._environment.pod,
            node=self._environment.node,
            image=self._environment.image,
            versions=library_versions(),
            dataset_error=dataset_error,
            started=utc(datetime.now(UTC)),
        )
        return self._patience.call(self._store.insert_start, start)


def _taken(batch: Batch) -> WorkerExit:
    logger.info("batch %s belongs to another pod, or is withdrawn or settled", batch.id)
    return WorkerExit.TAKEN


def _modules(batch: Batch) -> list[str]:
    """Return the modules that are safe to import before children are forked."""
    paths = {model.estimator for model in batch.models if model.estimator.startswith(OWN_LIBRARY)}
    return sorted({path.rpartition(".")[0] for path in paths})


def _prepare(
    server: ForkServerContext, setting: Setting, file: Path | None, folder: Path
) -> Prepared:
    return Prepared.model_validate_json(answer_of(server, prepare.main, file, folder, setting))
