"""Ranks of treatments over blocks (here: models over data sets), and how sure their means are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

FEWEST_BLOCKS = 5  # with fewer a bootstrap repeats what it has seen and is far too narrow
RESAMPLES = 5000
SEED = 0


def block_ranks(scores: Sequence[Sequence[float]] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each cell's rank within its row; 1 is the greatest score, ties share.

    Args:
        scores: a row a block, a column a treatment; complete. What stands for a missing cell
            is for the caller to decide and to tell.

    Raises:
        ValueError: a cell is missing (NaN), rows differ in length, or there are no cells.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"ranks need at least one row and one column, not shape {table.shape}")
    missing = np.argwhere(np.isnan(table))
    if len(missing):
        raise ValueError(f"ranks need complete rows; missing (row, column): {missing.tolist()}")
    ranks: NDArray[np.float64] = rankdata(-table, method="average", axis=1)
    return ranks


def average_ranks(scores: Sequence[Sequence[float]] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each column's mean rank over the rows, as `block_ranks` ranks them."""
    mean: NDArray[np.float64] = block_ranks(scores).mean(axis=0)
    return mean


def rank_intervals(
    ranks: NDArray[np.float64], *, confidence: float = 0.95
) -> NDArray[np.float64] | None:
    """Return a (low, high) interval a column for its mean rank; None: too few rows.

    The percentile bootstrap over rows (Efron & Tibshirani 1993, chapter 13), with a fixed seed:
    the same ranks have the same intervals.
    """
    rows = len(ranks)
    if rows < FEWEST_BLOCKS:
        return None
    drawn = np.random.default_rng(SEED).multinomial(rows, np.full(rows, 1 / rows), size=RESAMPLES)
    outside = (1 - confidence) / 2
    bounds: NDArray[np.float64] = np.quantile(drawn @ ranks / rows, [outside, 1 - outside], axis=0)
    return bounds.T
