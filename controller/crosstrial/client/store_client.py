"""`StoreClient`: what a user can do with an open store, by names of experiments.

Neighbours: the command line calls it, `handle` has the same for one experiment in Python.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crosstrial.analysis.failures import FailureGroup, failure_groups
from crosstrial.client.counted import counted_outcomes, reading_many
from crosstrial.client.patience import Patience
from crosstrial.client.registration import Submission, register
from crosstrial.client.resolve import resolve_document
from crosstrial.client.status import ExperimentStatus, StatusReader
from crosstrial.client.trials import TrialView, outcome_of, trial_view, trial_views
from crosstrial.domain.batch import Batch
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome
from crosstrial.spec.commands import allowed_commands
from crosstrial.spec.document import BASELINE, Experiment
from crosstrial.spec.errors import ConflictError, InvalidError
from crosstrial.spec.estimators import allowed_modules
from crosstrial.spec.load import Document, checked, read_document
from crosstrial.store.protocol import Store, UnreachableError

if TYPE_CHECKING:
    import pandas as pd

    from crosstrial.analysis.comparison import Comparison


class StoreClient:
    """Everything that a user does with experiments of one store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(
        self,
        document: Path | Document | Experiment,
        *,
        update: bool = False,
        dry_run: bool = False,
        folder: Path | None = None,
        progress: Callable[[str], None] = lambda _: None,
    ) -> Submission:
        """Register an experiment by its name.

        Args:
            document: a file, one that was read already, or an experiment made in Python.
            update: accept changes that only extend the registered experiment.
            dry_run: resolve and compare, store nothing.
            folder: where relative paths of data sets count from; default the file's folder.
            progress: called with the name of each data set before it is resolved.

        Raises:
            InvalidError: the document or what it names can't work.
            ConflictError: the name is taken by other content.
        """
        if isinstance(document, Path):
            folder = folder or document.resolve().parent
            document = read_document(document)
        read = document if isinstance(document, Document) else checked(document)
        with read.placing():
            resolved = resolve_document(
                read.experiment,
                folder=folder or Path.cwd(),
                modules=allowed_modules(os.environ),
                commands=allowed_commands(os.environ),
                progress=progress,
            )
        return register(self.store, resolved, update=update, dry_run=dry_run)

    def experiments(self) -> list[ExperimentRecord]:
        """Return every experiment, oldest first."""
        return self.store.experiments()

    def experiment(self, name: str) -> ExperimentRecord:
        """Return the experiment of a name.

        Raises:
            InvalidError: there is none; the message lists those that there are.
        """
        record = self.store.experiment(name)
        if record is None:
            known = ", ".join(sorted(e.name for e in self.store.experiments())) or "none"
            raise InvalidError(
                f"there is no experiment {name!r} in this store", f"known experiments: {known}"
            )
        return record

    def status(self, name: str) -> ExperimentStatus:
        """Return how far an experiment is."""
        record = self.experiment(name)
        return StatusReader(self.store, record.uid).read(record)

    def statuses(self) -> list[ExperimentStatus]:
        """Return how far every experiment is, oldest first."""
        return [
            StatusReader(self.store, record.uid).read(record) for record in self.store.experiments()
        ]

    def follow(
        self, name: str, *, poll_seconds: float = 1.0, patience: Patience | None = None
    ) -> Iterator[ExperimentStatus]:
        """Yield the status now and again until the experiment has ended, the last one included.

        While the store does not answer, what was known last is yielded.

        Args:
            name: the experiment's.
            poll_seconds: between two looks.
            patience: how a store is waited for that does not answer meanwhile.

        Raises:
            UnreachableError: the store did not answer at first, or not for five minutes.
        """
        patience = patience or Patience()
        first = self.experiment(name)
        reader = StatusReader(self.store, first.uid)
        status = reader.read(first)
        while True:
            yield status
            if status.record.state.ended:
                return
            time.sleep(poll_seconds)
            try:
                record = self.store.experiment(name)
                if record is None or record.uid != first.uid:
                    return
                status = reader.read(record)
            except UnreachableError as error:
                patience.bear(error)
            else:
                patience.heard()

    def pause(self, name: str) -> ExperimentRecord:
        """Plan no new batches; running ones finish."""
        return self._change(name, ExperimentState.PAUSED)

    def resume(self, name: str) -> ExperimentRecord:
        """Go on after a pause."""
        return self._change(name, ExperimentState.ACTIVE)

    def cancel(self, name: str) -> ExperimentRecord:
        """End an experiment now; outcomes so far stay."""
        return self._change(name, ExperimentState.CANCELLED)

    def delete(self, name: str) -> ExperimentRecord:
        """Have an experiment and everything of it removed by the controller."""
        return self._change(name, ExperimentState.DELETING)

    def _change(self, name: str, to: ExperimentState) -> ExperimentRecord:
        """Compare and set the state until it holds or the transition table forbids it."""
        while True:
            record = self.experiment(name)
            if record.state is to:
                return record
            # Only an update reopens what has ended.
            if not record.state.may_become(to) or (
                record.state.ended and to is not ExperimentState.DELETING
            ):
                raise ConflictError(
                    f"experiment {name} is {record.state} and cannot become {to}",
                    f"`crosstrial status {name}` shows it",
                )
            if self.store.change_state(
                record.uid, was=record.state, revision=record.revision, to=to
            ):
                return record.model_copy(update={"state": to})

    def counted(self, name: str) -> Iterator[Outcome]:
        """Stream the outcomes that count, in no order."""
        return counted_outcomes(self.store, self.experiment(name).uid)

    def results(self, name: str, *, splits: bool = False, epochs: bool = False) -> pd.DataFrame:
        """Return a row a counted trial, split or epoch, with the contract's columns.

        Raises:
            InvalidError: a row can't be a split and an epoch.
        """
        by = _row(splits=splits, epochs=epochs)
        from crosstrial.analysis.frame import trials_frame  # noqa: PLC0415 needs pandas

        record = self.experiment(name)
        with reading_many():
            return trials_frame(record, counted_outcomes(self.store, record.uid), by=by)

    def compare(self, name: str) -> Comparison:
        """Return the comparison over data sets: selected on validation, reported on test."""
        from crosstrial.analysis.comparison import compare  # noqa: PLC0415 needs pandas

        status = self.status(name)
        outcomes = list(counted_outcomes(self.store, status.record.uid))
        return compare(status.record, outcomes, {pair.pair: pair.state for pair in status.pairs})

    def report(self, name: str, path: Path) -> Comparison:
        """Write the report, one HTML file without network access; return its comparison.

        Raises:
            OSError: the file can't be written.
        """
        from crosstrial.client.reporting import read_findings, write_report  # noqa: PLC0415 extra

        told = read_findings(self.store, self.status(name))
        write_report(told, path)
        return told.comparison

    def failures(self, name: str) -> list[FailureGroup]:
        """Return the failures that count, grouped by cause and model."""
        return failure_groups(self.counted(name))

    def trials(self, name: str) -> list[TrialView]:
        """Return every trial that was handed out, in the order of the document."""
        record = self.experiment(name)
        datasets = list(record.latest.document.data_sets())
        models = [BASELINE, *record.latest.document.models()]

        def place(view: TrialView) -> tuple[int, int, int]:
            trial = view.trial
            return datasets.index(trial.dataset), models.index(trial.model), trial.index

        return sorted(trial_views(self.store, record), key=place)

    def trial(self, trial_id: str) -> Outcome:
        """Return the outcome of a trial by its id.

        Raises:
            InvalidError: not an id, or the trial has no outcome.
        """
        outcome = outcome_of(self.store, trial_id)
        if outcome is None:
            raise InvalidError(
                f"there is no outcome of a trial {trial_id!r} in this store",
                "`crosstrial trials NAME` lists the trials of an experiment",
            )
        return outcome

    def batch_of_trial(self, trial_id: str) -> TrialView:
        """Return a trial with the batch that has, or had, it: the one that wrote its outcome.

        Raises:
            InvalidError: not an id, or no batch has the trial now.
        """
        view = trial_view(self.store, trial_id)
        if view is None:
            raise InvalidError(
                f"no batch of this store has a trial {trial_id!r} now, and it has no outcome",
                "`crosstrial trials NAME` lists the trials of an experiment",
            )
        return view

    def batch(self, batch_id: str) -> Batch:
        """Return one batch.

        Raises:
            InvalidError: there is none of this id.
        """
        batch = self.store.batch(batch_id)
        if batch is None:
            raise InvalidError(
                f"there is no batch {batch_id!r} in this store",
                "`crosstrial trials NAME -o wide` lists trials with their batches",
            )
        return batch


def _row(*, splits: bool, epochs: bool) -> Literal["trial", "split", "epoch"]:
    """Return what a row of results is."""
    if splits and epochs:
        raise InvalidError(
            "splits and epochs say two things of what a row is",
            "choose one; rows of epochs name their split",
        )
    return "epoch" if epochs else "split" if splits else "trial"
