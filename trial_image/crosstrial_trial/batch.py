"""What a worker does with its batch, in order: read, make the data ready, claim, run, record.

The claim comes after the data set is known to be usable, since a start record is written once
and says so. Neighbours: `stage` makes ready, `running` runs the trials and records them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

from crosstrial.domain.batch import Batch, BatchState, StartRecord
from crosstrial.domain.outcome import OutcomeState, outcome_id
from crosstrial.domain.record import utc
from crosstrial.domain.worker_exit import WorkerExit
from crosstrial.store.protocol import Store
from crosstrial_trial.dataset import UnusableDataSetError
from crosstrial_trial.environment import Environment
from crosstrial_trial.journal import logger
from crosstrial_trial.patience import Patience
from crosstrial_trial.publishing import published
from crosstrial_trial.record import library_versions, outcome_of
from crosstrial_trial.recorder import Recorder, flush_seconds
from crosstrial_trial.running import run_trials
from crosstrial_trial.stage import Stage, stage


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
        return self._run_on_data(batch, positions)

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

    def _run_on_data(self, batch: Batch, positions: list[int]) -> WorkerExit:
        try:
            with stage(batch, self._environment, self._store, self._patience) as on:
                return self._run_on_stage(batch, positions, on)
        except UnusableDataSetError as error:
            logger.error("batch %s: data set %s: %s", batch.id, batch.dataset, error)
            return WorkerExit.DONE if self._claim(batch, str(error)) else _taken(batch)

    def _run_on_stage(self, batch: Batch, positions: list[int], on: Stage) -> WorkerExit:
        if not self._claim(batch):
            return _taken(batch)
        recorder = Recorder(
            self._store, self._patience, interval=flush_seconds(batch.expected_seconds)
        )
        return run_trials(
            batch,
            positions,
            start=on.start,
            record=partial(outcome_of, batch, self._environment.pod, on.data.splits_digest),
            recorder=published(recorder, batch, self._store, self._patience, on.curves),
            termination_log=self._environment.termination_log,
        )

    def _claim(self, batch: Batch, dataset_error: str | None = None) -> bool:
        start = StartRecord(
            batch=batch.id,
            pod=self._environment.pod,
            node=self._environment.node,
            image=self._environment.image,
            versions=library_versions(self._environment.modules),
            dataset_error=dataset_error,
            started=utc(datetime.now(UTC)),
        )
        return self._patience.call(self._store.insert_start, start)


def _taken(batch: Batch) -> WorkerExit:
    logger.info("batch %s belongs to another pod, or is withdrawn or settled", batch.id)
    return WorkerExit.TAKEN
