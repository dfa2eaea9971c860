"""Average ranks of treatments over blocks (here: models over data sets)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata


def average_ranks(scores: Sequence[Sequence[float]] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each column's mean rank over the rows; 1 is the greatest score, ties share.

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
    ranks: NDArray[np.float64] = rankdata(-table, method="average", axis=1).mean(axis=0)
    return ranks
