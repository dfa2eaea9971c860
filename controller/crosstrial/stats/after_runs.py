"""What a search is worth after k runs: the expected score of the best by validation so far."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def expected_after_runs(
    preferred: NDArray[np.int64], scores: NDArray[np.float64], *, fixed: int
) -> NDArray[np.float64]:
    """Return the score that is to be expected after 1, 2, ..., n of n runs.

    The first `fixed` runs came in the order they have, whatever is drawn; each order of the
    others was as likely. The expectation over these orders is exact, not sampled: after k runs
    the k - fixed others are any subset of that size. With `fixed` = n, it is what was realised.

    Args:
        preferred: the runs' numbers, the one that selection prefers first.
        scores: what is reported of each run, by its number; a row a run, a column a measure.
        fixed: how many runs have a place of their own.
    """
    place = np.empty(len(preferred), dtype=np.int64)
    place[preferred] = np.arange(len(preferred))
    realised = scores[preferred[np.minimum.accumulate(place[:fixed])]]
    others = preferred[preferred >= fixed]
    # Of the fixed runs only their best matters: it stands behind `ahead` of the others.
    best_fixed = place[:fixed].min(initial=len(preferred))
    ahead = others[place[others] < best_fixed]
    chances = _best_chances(len(others))[:, : len(ahead)]
    expected = chances @ scores[ahead]
    if fixed:
        expected += np.outer(1 - chances.sum(axis=1), scores[preferred[best_fixed]])
    return np.concatenate([realised, expected])


@lru_cache(maxsize=4)  # pairs mostly have as many runs, and a table has their square
def _best_chances(runs: int) -> NDArray[np.float64]:
    """Return the chance that the i-th best of all is the best of k drawn: row k - 1, column i.

    It is C(n - 1 - i, k - 1) / C(n, k), i from 0: k / n for the best of all, and from each to
    the next by the factor (n - k - i) / (n - 1 - i).
    """
    drawn = np.arange(1, runs + 1)[:, np.newaxis]
    behind = np.arange(runs - 1)
    factors = np.maximum(runs - drawn - behind, 0) / (runs - 1 - behind)
    chances: NDArray[np.float64] = np.cumprod(np.hstack([drawn / max(runs, 1), factors]), axis=1)
    return chances[:, :runs]
