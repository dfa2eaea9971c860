"""Scores that may be averaged over data sets: baseline 0, the best one reported there 1."""

from __future__ import annotations


def normalised_score(score: float, *, baseline: float, best: float) -> float:
    """Return where `score` lies between baseline (0) and best (1), clipped to 0..1.

    It is 0 where the best is not above the baseline: there is nothing to be gained.
    """
    if best <= baseline:
        return 0.0
    return min(1.0, max(0.0, (score - baseline) / (best - baseline)))
