"""A trial's score: the mean over its splits, if every split has one. Used by all of analysis."""

from __future__ import annotations

from typing import Literal, TypeAlias

from crosstrial.domain.outcome import Outcome, OutcomeState, SplitResult
from crosstrial.stats.means import complete_mean

Part: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


def split_score(split: SplitResult, part: Part, metric: str) -> float | None:
    """Return one split's score; None where it could not be computed or was not asked for."""
    scores: dict[str, float | None] = getattr(split.scores, part)
    return scores.get(metric)


def mean_score(outcome: Outcome, part: Part, metric: str) -> float | None:
    """Return a trial's score: None unless it succeeded with a score in every split."""
    succeeded = outcome.state is OutcomeState.SUCCEEDED
    return reached_score(outcome, part, metric) if succeeded else None


def reached_score(outcome: Outcome, part: Part, metric: str) -> float | None:
    """Return a trial's score as far as it came: of a pruned one its best epoch's until then.

    It stands for the trial where trials are listed or described, never where one is chosen.
    """
    if outcome.state is OutcomeState.FAILED:
        return None
    return complete_mean([split_score(split, part, metric) for split in outcome.splits])
