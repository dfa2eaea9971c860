"""What a trial ended as: scores, or a failure with a cause; append-only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from crosstrial.domain.cause import Cause
from crosstrial.domain.curve import Curve, Packed
from crosstrial.domain.record import Record
from crosstrial.domain.trial import Trial
from crosstrial.spec.node import Value


class OutcomeState(StrEnum):
    """How a trial ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PRUNED = "pruned"


class Scores(Record):
    """Scorer values of one split, greater is better; None where it could not be computed."""

    train: dict[str, float | None]
    validation: dict[str, float | None]
    test: dict[str, float | None]


class SplitResult(Record):
    """One outer split: scores, wall and CPU seconds of each step, peak memory in MiB.

    A model that is trained by epochs has the scores of `epoch`, the best one by its primary
    validation score (of equal ones the earliest), and all of them in `curve`.
    """

    repeat: int
    fold: int
    scores: Scores
    reasons: dict[str, str] = Field(default_factory=dict)  # metric -> why it is None
    preprocess_seconds: float
    fit_seconds: float
    score_seconds: float
    cpu_seconds: float
    peak_memory_mb: float
    epoch: int | None = None
    curve: Curve | None = None

    @property
    def seconds(self) -> float:
        """Wall seconds of preprocessing, fit and score."""
        return self.preprocess_seconds + self.fit_seconds + self.score_seconds


class Outcome(Record):
    """The record of one ended attempt at a trial.

    `seconds` is wall time over all splits (also of a failed attempt, as far as it came). A pruned
    trial has its first split alone, as far as it came. `validation_curve`: what pruners compare
    others with, the primary validation scores of the first split.
    """

    uid: str
    batch: str
    model: str
    dataset: str
    index: int
    attempt: int
    pod: str
    state: OutcomeState
    cause: Cause | None = None
    message: str | None = None
    parameters: dict[str, Value]
    splits: tuple[SplitResult, ...] = ()
    splits_digest: str | None = None
    validation_curve: Packed | None = None
    seconds: float = Field(ge=0, allow_inf_nan=False)  # batches are sized by it
    cpu_seconds: float
    peak_memory_mb: float
    started: datetime
    finished: datetime

    @property
    def trial(self) -> Trial:
        """The trial that ended."""
        return Trial(self.model, self.dataset, self.index)

    @property
    def id(self) -> str:
        """`<trial>` for succeeded and pruned, `<trial>/<attempt>` for failed."""
        return outcome_id(self.uid, self.trial, self.state, self.attempt)


def outcome_id(uid: str, trial: Trial, state: OutcomeState, attempt: int) -> str:
    """Return the one id under which an outcome of this kind is kept."""
    decided = trial.id(uid)
    return f"{decided}/{attempt}" if state is OutcomeState.FAILED else decided
