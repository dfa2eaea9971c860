"""Friedman's test and Iman-Davenport's: do any of the treatments differ in mean rank?

Both with and without the correction for ties, as published tables have either.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, f


@dataclass(frozen=True)
class RankTest:
    """Friedman's chi-squared and Iman-Davenport's F, each with its p.

    `f` is None where all blocks agree, which makes it infinite.
    """

    chi2: float
    chi2_p: float
    f: float | None
    f_p: float


@dataclass(frozen=True)
class Friedman:
    """The test as Demsar (2006) writes it, and with the correction for ties."""

    uncorrected: RankTest
    tie_corrected: RankTest


def friedman(ranks: NDArray[np.float64]) -> Friedman:
    """Return the tests of `ranks`, a row a block, at least two rows and two columns.

    Sources: Friedman (1937); Iman & Davenport (1980); Demsar (2006), section 3.2.2; ties as
    in Conover (1999), section 5.8.
    """
    blocks, treatments = ranks.shape
    # The variance of ranks within blocks: that of 1..k without ties, or what it came to.
    untied = blocks * treatments * (treatments**2 - 1) / 12
    seen = float(np.sum((ranks - (treatments + 1) / 2) ** 2))
    return Friedman(
        uncorrected=_rank_test(ranks, variation=untied),
        tie_corrected=_rank_test(ranks, variation=seen),
    )


def _rank_test(ranks: NDArray[np.float64], *, variation: float) -> RankTest:
    blocks, treatments = ranks.shape
    if variation == 0:  # every row is one tie
        return RankTest(chi2=0.0, chi2_p=1.0, f=0.0, f_p=1.0)
    between = float(np.sum((ranks.sum(axis=0) - blocks * (treatments + 1) / 2) ** 2))
    statistic = (treatments - 1) * between / variation
    freedom = treatments - 1
    within = blocks * freedom - statistic
    chi2_p = float(chi2.sf(statistic, freedom))
    if within <= 1e-9:  # all blocks agree, but for what floats lose
        return RankTest(statistic, chi2_p, f=None, f_p=0.0)
    ratio = (blocks - 1) * statistic / within
    return RankTest(statistic, chi2_p, ratio, float(f.sf(ratio, freedom, freedom * (blocks - 1))))
