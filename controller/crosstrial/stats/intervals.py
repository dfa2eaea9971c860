"""Intervals of a mean over independent replicates."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

LEVEL = 0.95


def mean_interval(
    replicates: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lower and upper ends of Student's 95 % intervals of the columns' means.

    Mean -+ t(0.975, n - 1) s / sqrt(n), n the rows and s the sample standard deviation (Student
    1908). The replicates are taken for independent and normal.

    Args:
        replicates: a row a replicate, two at least; a column a quantity.
    """
    count = len(replicates)
    mean = replicates.mean(axis=0)
    half = t.ppf((1 + LEVEL) / 2, count - 1) * replicates.std(axis=0, ddof=1) / np.sqrt(count)
    return mean - half, mean + half
