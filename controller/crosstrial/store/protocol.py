"""What every store does, in prose that the conformance suite checks.

Writes are acknowledged by a majority and journaled before a call returns; reads see every
acknowledged write. Claims are inserts with a given id or compare-and-set on a state; nothing
depends on transactions. Every call ends within a bounded time, else `UnreachableError`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from crosstrial.domain.batch import Batch, BatchState, BatchSummary, Settlement, StartRecord
from crosstrial.domain.curve import ValidationCurve
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState, Revision, Status
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair

# What a worker compares its trials with; more would hardly move a median.
MOST_CURVES = 1000


class StoreError(Exception):
    """The root of what a store raises; the message says what to do."""


class UnreachableError(StoreError):
    """Nothing was heard in time, or the server is not ready: try again."""


class RefusedError(StoreError):
    """The server understood and said no (credentials, size, rights): trying again won't help."""


class NotFoundError(StoreError):
    """There is no such thing."""


class Store(Protocol):
    """The truth about experiments, batches, outcomes and data sets.

    Every method may raise `UnreachableError` or `RefusedError`. A stored document that does not
    fit its schema raises `InvalidRecordError` where one was asked for; where many were asked
    for it is left out and logged, so that one poison document stops nothing else.
    """

    def init(self) -> None:
        """Make the indexes and write the schema version; safe to repeat."""

    def ensure_ready(self) -> None:
        """See to it that `init` was done; somebody else may have to do it.

        Raises:
            RefusedError: it was not, and who asks has not the rights; or see `init`.
        """

    def close(self) -> None:
        """Release connections."""

    # Experiments: revisions and state by clients, status by the controller.

    def insert_experiment(self, experiment: ExperimentRecord) -> bool:
        """Register a name; False when the name is taken."""

    def experiment(self, name: str) -> ExperimentRecord | None:
        """Return the experiment of a name."""

    def experiments(
        self, states: Iterable[ExperimentState] | None = None
    ) -> list[ExperimentRecord]:
        """Return experiments, oldest first, of all or of some states."""

    def experiments_at_work(self) -> list[ExperimentRecord]:
        """Return active, paused and deleting ones, and cancelled ones whose end is not noted."""

    def change_state(
        self, uid: str, *, was: ExperimentState, revision: int, to: ExperimentState
    ) -> bool:
        """Compare (state, revision) and set the state; False when either has moved on."""

    def append_revision(
        self, uid: str, *, was: ExperimentState, revision: int, new: Revision, to: ExperimentState
    ) -> bool:
        """Compare (state, revision), append `new`, set state and revision; False if moved on."""

    def set_status(self, uid: str, status: Status) -> None:
        """Replace the controller's part of an experiment."""

    def delete_experiment(self, uid: str) -> None:
        """Remove its outcomes, starts and batches, the experiment last; safe to repeat."""

    # Batches: the controller.

    def insert_batch(self, batch: Batch) -> bool:
        """Commit a batch under `<uid>-<number>`; False when that number is taken."""

    def batch(self, batch_id: str) -> Batch | None:
        """Return one batch, whole."""

    def batches(self, uid: str, numbers: Iterable[int]) -> list[Batch]:
        """Return whole batches of an experiment, by number."""

    def batch_states(self, uid: str, first: int = 0) -> dict[int, BatchState]:
        """Return the states of all batches of an experiment with number >= `first`."""

    def batch_summaries(self, uid: str, first: int = 0) -> list[BatchSummary]:
        """Return all batches with number >= `first` without their manifests, by number."""

    def unsettled_experiments(self) -> set[str]:
        """Return the uids of all experiments that have an unsettled batch."""

    def launch_batch(self, batch_id: str) -> bool:
        """From planned to launched; False when it was not planned."""

    def settle_batch(self, batch_id: str, settlement: Settlement) -> bool:
        """From planned or launched to settled; False when it is settled already."""

    # Starts and outcomes: workers, insert only.

    def insert_start(self, start: StartRecord) -> bool:
        """Claim a batch for a pod; False when another has it (True again for the same pod)."""

    def start(self, batch_id: str) -> StartRecord | None:
        """Return a batch's start record."""

    def insert_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """Insert in bulk; one whose id is taken is dropped (or is our own retried write)."""

    def outcomes(self, ids: Sequence[str]) -> list[Outcome]:
        """Return the outcomes that exist of these ids."""

    def outcomes_of_batch(self, batch_id: str) -> list[Outcome]:
        """Return the outcomes that a batch's workers inserted."""

    def outcome_counts(self, batch_id: str) -> dict[tuple[str, OutcomeState], int]:
        """Return how many outcomes a batch's workers inserted so far, by model and state."""

    def validation_scores(
        self, ids: Sequence[str], metric: str
    ) -> dict[str, tuple[float | None, ...]]:
        """Return the validation scores, one a split, of the outcomes that exist of these ids.

        Nothing else of them is read, test scores least of all.
        """

    def validation_curves(
        self, uid: str, pair: Pair, known: Collection[int]
    ) -> list[ValidationCurve]:
        """Return curves of a pair's trials that were inserted so far, but for `known` indices.

        Only the first `MOST_CURVES` outcomes of the pair are looked at, by id. Of each no more
        is read than its curve: workers ask for this while they run.
        """

    def outcomes_of_experiment(self, uid: str) -> Iterator[Outcome]:
        """Stream every outcome of an experiment, counted or not."""

    # Data sets: by content.

    def put_dataset(self, digest: str, path: Path) -> None:
        """Store a canonical data file under its digest, once; safe against concurrent uploads."""

    def has_dataset(self, digest: str) -> bool:
        """Whether the data file of a digest is stored."""

    def get_dataset(self, digest: str, path: Path) -> None:
        """Write the data file of a digest to `path`, checked against its own sha256.

        Raises:
            NotFoundError: no such data set.
        """
