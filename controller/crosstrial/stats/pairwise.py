"""The declared procedure: Wilcoxon's test of every pair of treatments, Holm's correction.

A verdict claims a difference iff its adjusted p is at most `ALPHA`.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from crosstrial.stats.wilcoxon import SignedRanks, signed_ranks

ALPHA = 0.05
DECIMALS = 10  # scores are of order 1: a smaller difference is what floats lost


@dataclass(frozen=True)
class Pairwise:
    """Every pair of columns: `first` and `second` are their numbers, one entry a pair.

    `differences` has a row a pair, first minus second; `holm` is p adjusted for all pairs.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    differences: NDArray[np.float64]
    ranks: SignedRanks
    holm: NDArray[np.float64]


def pairwise(scores: NDArray[np.float64]) -> Pairwise:
    """Return the tests of all pairs of columns; `scores` has a row a block and no holes."""
    first, second = np.triu_indices(scores.shape[1], 1)
    differences = np.round((scores[:, first] - scores[:, second]).T, DECIMALS)
    ranks = signed_ranks(differences)
    return Pairwise(first, second, differences, ranks, holm(ranks.p))


def holm(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return p-values adjusted so that any false claim among them is as likely as one alone.

    Holm (1979): the smallest times m, the next times m - 1, ...; never falling, at most 1.
    """
    order = np.argsort(p, kind="stable")
    steps = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(1.0, steps)
    return adjusted


def fewest_blocks(treatments: int, alpha: float = ALPHA) -> int:
    """Return with how many blocks the procedure can show any difference at all.

    Over n blocks the smallest two-sided p is 2**(1 - n), which Holm multiplies by the pairs.
    """
    pairs = comb(treatments, 2)
    blocks = 1
    while pairs * 2.0 ** (1 - blocks) > alpha:
        blocks += 1
    return blocks
