"""Wilcoxon's signed-rank test, exact whatever ties there are; many samples at a time.

`pairwise` makes the samples and corrects for their number.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

EXACT_UP_TO = 100  # differences; beyond, the normal approximation is as good


@dataclass(frozen=True)
class SignedRanks:
    """One entry a sample: the sums of ranks of positive and of negative differences, p.

    `used` counts the differences that are not zero, `p` is two-sided.
    """

    used: NDArray[np.int64]
    plus: NDArray[np.float64]
    minus: NDArray[np.float64]
    p: NDArray[np.float64]

    @property
    def rank_biserial(self) -> NDArray[np.float64]:
        """(plus - minus) / (plus + minus), from -1 to 1; 0 where all is zero (Kerby 2014)."""
        total = self.plus + self.minus
        return np.divide(self.plus - self.minus, total, out=np.zeros_like(total), where=total > 0)


def signed_ranks(
    differences: NDArray[np.float64], *, exact_up_to: int = EXACT_UP_TO
) -> SignedRanks:
    """Return the test of each row of paired differences, of symmetry about zero.

    Zeros are dropped (Wilcoxon 1945). Up to `exact_up_to` differences, p is exact: the share of
    all assignments of signs to the ranks at hand, ties included, that are as extreme. Beyond,
    it is the normal approximation with the variance of the ranks at hand, uncorrected for
    continuity.
    """
    size = np.abs(differences)
    zeros = np.sum(size == 0, axis=1, keepdims=True)
    # Twice the ranks are whole numbers; zeros rank lowest and come to 0 or less.
    doubled = np.where(size == 0, 0, np.rint(2 * (rankdata(size, axis=1) - zeros)))
    plus = np.sum(doubled, axis=1, where=differences > 0)
    minus = np.sum(doubled, axis=1, where=differences < 0)
    smaller = np.minimum(plus, minus)
    used = differences.shape[1] - zeros[:, 0]
    exact = used <= exact_up_to
    p = np.empty(len(differences))
    p[exact] = _exact_p(np.sort(doubled[exact], axis=1), smaller[exact])
    p[~exact] = _normal_p(doubled[~exact], smaller[~exact])
    return SignedRanks(used=used, plus=plus / 2, minus=minus / 2, p=p)


def _exact_p(doubled: NDArray[np.float64], smaller: NDArray[np.float64]) -> NDArray[np.float64]:
    samples = zip(doubled.astype(int).tolist(), smaller.astype(int).tolist(), strict=True)
    tails = [_sums_up_to(tuple(rank for rank in ranks if rank))[w] for ranks, w in samples]
    p: NDArray[np.float64] = np.minimum(1.0, 2 * np.array(tails, dtype=np.float64))
    return p


@lru_cache(maxsize=4096)
def _sums_up_to(ranks: tuple[int, ...]) -> NDArray[np.float64]:
    """Return the chance that the positive ranks sum to at most each number, signs being fair."""
    chance = np.zeros(sum(ranks) + 1)
    chance[0] = 1.0
    for rank in ranks:
        chance /= 2
        chance[rank:] += chance[:-rank].copy()
    cumulated: NDArray[np.float64] = np.cumsum(chance)
    return cumulated


def _normal_p(doubled: NDArray[np.float64], smaller: NDArray[np.float64]) -> NDArray[np.float64]:
    # Never 0: a sample without any difference has an exact p.
    deviation = np.sqrt(np.sum(doubled**2, axis=1)) / 2
    p: NDArray[np.float64] = 2 * norm.cdf((smaller - doubled.sum(axis=1) / 2) / deviation)
    return p
