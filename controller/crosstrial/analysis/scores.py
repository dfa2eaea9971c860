"""A trial's score: the mean over its splits, if every split has one. Used by all of analysis."""

from __future__ import annotations

from statistics import fmean
from typing import Literal, TypeAlias

from crosstrial.domain.outcome import Outcome, OutcomeState, SplitResult

Part: TypeAlias = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


def split_score(split: SplitResult, part: Part, metric: str) -> float | None:
    """Return one split's score; None where it could not be computed or was not asked for."""
    scores: dict[str, float | None] = getattr(split.scores, part)
    return scores.get(metric)


def mean_score(outcome: Outcome, part: Part, metric: str) -> float | None:
    """Return a trial's score: None unless it succeeded with a score in every split."""
    if outcome.state is not OutcomeState.SUCCEEDED:
        return None
    scores = [split_score(split, part, metric) for split in outcome.splits]
    known = [score for score in scores if score is not None]
    # A mean over some of the splits would not be comparable with any other trial's.
    return fmean(known) if known and len(known) == len(scores) else None
