"""What `plan` may decide: frozen, each idempotent to apply; store first, then executor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crosstrial.domain.batch import Batch, Settlement
from crosstrial.domain.experiment import ExperimentState, Status
from crosstrial.domain.outcome import Outcome


@dataclass(frozen=True)
class CommitBatch:
    """Insert the batch; a taken number means that the view was stale: observe again."""

    batch: Batch


@dataclass(frozen=True)
class LaunchBatch:
    """Start the batch where the executor runs, then mark it launched."""

    batch: Batch


@dataclass(frozen=True)
class StopBatch:
    """Ask what runs of a batch to end."""

    batch_id: str


@dataclass(frozen=True)
class WithdrawBatch:
    """Claim the start of a batch that never started; taken means that it did: observe again."""

    batch_id: str


@dataclass(frozen=True)
class InsertFailures:
    """Insert failures that no worker could write."""

    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class SettleBatch:
    """Write what became of a batch, once."""

    batch_id: str
    settlement: Settlement


@dataclass(frozen=True)
class RemoveExecution:
    """Let the executor forget a batch that is settled or unknown."""

    batch_id: str


@dataclass(frozen=True)
class SetStatus:
    """Write the controller's part of an experiment."""

    uid: str
    status: Status


@dataclass(frozen=True)
class ChangeState:
    """Compare (state, revision) and set the state."""

    uid: str
    was: ExperimentState
    revision: int
    to: ExperimentState


@dataclass(frozen=True)
class DeleteExperiment:
    """Remove all that is kept of an experiment, its name last."""

    uid: str


Action: TypeAlias = (
    CommitBatch
    | LaunchBatch
    | StopBatch
    | WithdrawBatch
    | InsertFailures
    | SettleBatch
    | RemoveExecution
    | SetStatus
    | ChangeState
    | DeleteExperiment
)
