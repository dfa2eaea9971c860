"""Nemenyi's test of mean ranks: the critical difference and the groups of a diagram.

For display beside the ranks; verdicts are `pairwise`'s.
"""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.stats import studentized_range


def critical_difference(*, treatments: int, blocks: int, alpha: float) -> float:
    """Return by how much two mean ranks must differ (Demsar 2006, section 3.2.2)."""
    quantile = studentized_range.ppf(1 - alpha, treatments, np.inf) / sqrt(2)
    return float(quantile) * _standard_error(treatments, blocks)


def nemenyi_p(
    differences: NDArray[np.float64], *, treatments: int, blocks: int
) -> NDArray[np.float64]:
    """Return the p of each difference of two mean ranks."""
    studentized = np.abs(differences) / _standard_error(treatments, blocks) * sqrt(2)
    p: NDArray[np.float64] = studentized_range.sf(studentized, treatments, np.inf)
    return p


def rank_groups(mean_ranks: NDArray[np.float64], critical: float) -> tuple[tuple[int, ...], ...]:
    """Return the groups that a diagram joins by a bar, as column numbers from the best on.

    In a group no two mean ranks are `critical` or more apart; only groups that no other one
    contains are returned, and none of one.
    """
    order = np.argsort(mean_ranks, kind="stable")
    ordered = mean_ranks[order]
    found: list[tuple[int, ...]] = []
    reached = 0
    for start, rank in enumerate(ordered):
        end = int(np.searchsorted(ordered, rank + critical, side="left"))
        if end > max(reached, start + 1):
            found.append(tuple(int(column) for column in order[start:end]))
        reached = max(reached, end)
    return tuple(found)


def _standard_error(treatments: int, blocks: int) -> float:
    return sqrt(treatments * (treatments + 1) / (6 * blocks))
