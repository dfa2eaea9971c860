"""What a pair's outcomes come to: selected by validation scores alone, reported by test scores.

`comparison` sets the selections of all pairs side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

from crosstrial.analysis.scores import mean_score, reached_score
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.spec.document import Model


@dataclass(frozen=True)
class Selection:
    """The test scores of one pair; None: there is none to report.

    `tuned` belongs to the configuration `tuned_index`, the best by validation. `untuned` is the
    median over all trials.
    """

    tuned: float | None
    tuned_index: int | None
    default: float | None
    untuned: float | None


@dataclass(frozen=True)
class Scoring:
    """How a pair's trials are scored.

    `baseline` is the data set's baseline test score, which a failure gets where failures count.
    """

    metric: str
    baseline: float | None
    failures: Literal["count", "replace"]

    def test_score(self, outcome: Outcome) -> float | None:
        """Return the test score that stands for a trial; None: missing in statistics."""
        if outcome.state is not OutcomeState.FAILED:
            return reached_score(outcome, "test", self.metric)
        return self.baseline if self.failures == "count" and own_doing(outcome) else None


def select(
    outcomes: Sequence[Outcome], scoring: Scoring, *, default_index: int | None
) -> Selection:
    """Return the tuned, default and untuned test scores of one pair."""
    tuned = tuned_outcome(outcomes, scoring.metric)
    default = next((o for o in outcomes if o.index == default_index), None)
    scores = [scoring.test_score(outcome) for outcome in outcomes]
    known = [score for score in scores if score is not None]
    return Selection(
        tuned=None if tuned is None else mean_score(tuned, "test", scoring.metric),
        tuned_index=None if tuned is None else tuned.index,
        default=None if default is None else scoring.test_score(default),
        untuned=median(known) if known else None,
    )


def tuned_outcome(outcomes: Sequence[Outcome], metric: str) -> Outcome | None:
    """Return the success with the best mean validation score; of equal ones the lowest index.

    A pruned trial is never chosen: it was given up, and may lack splits that others have.
    """
    scored = [(mean_score(outcome, "validation", metric), outcome) for outcome in outcomes]
    candidates = [(score, -o.index, o) for score, o in scored if score is not None]
    return max(candidates, key=lambda c: c[:2])[2] if candidates else None


def default_index(model: Model) -> int | None:
    """Return the index of the trial with the estimator's own defaults, if the model asks for it."""
    return next((index for index, point in enumerate(model.points) if not point), None)


def own_doing(outcome: Outcome) -> bool:
    """Whether a failure is the configuration's own; one of the cluster is missing instead."""
    return outcome.cause is not None and outcome.cause.counted
