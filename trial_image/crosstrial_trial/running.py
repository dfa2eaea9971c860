"""The middle of a batch: trials go through the pool, their outcomes into the store."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Protocol

from crosstrial.domain.batch import Batch
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.worker_exit import WorkerExit
from crosstrial_trial.blame import BlameFile
from crosstrial_trial.journal import Journal, logger
from crosstrial_trial.limits import Limits, child_bytes
from crosstrial_trial.pool import Pool
from crosstrial_trial.process import Process
from crosstrial_trial.stop import CHILDREN_SECONDS, FLUSH_SECONDS, Stop
from crosstrial_trial.wire import Job, Report


class Recording(Protocol):
    """What becomes of outcomes."""

    def add(self, outcomes: Iterable[Outcome]) -> None:
        """Take outcomes over; called now and again, also with none."""

    def close(self, gives_up: Callable[[], bool]) -> None:
        """Finish with what is left, until `gives_up`."""


def run_trials(
    batch: Batch,
    positions: Sequence[int],
    *,
    start: Callable[[], Process],
    record: Callable[[Report], Outcome],
    recorder: Recording,
    termination_log: Path,
) -> WorkerExit:
    """Run trials of a batch until all have an outcome, or SIGTERM.

    Args:
        batch: whose trials.
        positions: of the trials in its manifest.
        start: starts a child.
        record: makes a report an outcome.
        recorder: keeps outcomes.
        termination_log: where the trials under way are named.

    Raises:
        StoreError: outcomes could not be written.
        ProcessError: children end before they are ready.
    """
    journal = Journal(batch)
    limits = Limits(batch.trial_seconds, child_bytes(batch.memory, batch.children))
    with Stop() as stop, closing(_blame_file(termination_log, batch.children)) as blame:
        # What a program leaves behind is of its child's process group, and ends with the child.
        single = batch.suspects or any(model.command for model in batch.models)
        pool = Pool(start, limits, blame, size=batch.children, single=single)
        try:
            with closing(pool):
                for ended in pool.run(_jobs(batch, positions)):
                    recorder.add([record(one.report) for one in ended])
                    journal.note(ended)
                    if stop.requested:
                        pool.hold()
                    if stop.seconds() > CHILDREN_SECONDS:
                        break
        finally:
            recorder.close(gives_up=lambda: stop.seconds() > FLUSH_SECONDS)
        journal.close()
        return WorkerExit.TERMINATED if stop.requested else WorkerExit.DONE


def _jobs(batch: Batch, positions: Sequence[int]) -> list[Job]:
    return [
        Job(position=position, model=entry.model, index=entry.index, parameters=entry.parameters)
        for position in positions
        for entry in [batch.manifest[position]]
    ]


def _blame_file(path: Path, slots: int) -> BlameFile:
    """Open the blame file; without one, all trials of a killed container are suspects."""
    try:
        return BlameFile(path, slots)
    except OSError as error:
        logger.warning("the trials under way are not named, %s", error)
        return BlameFile(Path(os.devnull), slots)
