"""How large a paired difference is: the pseudomedian; wins, ties and losses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Record:
    """On how many blocks the first treatment was ahead, level and behind."""

    wins: int
    ties: int
    losses: int

    def turned(self) -> Record:
        """Return the record of the second treatment."""
        return Record(self.losses, self.ties, self.wins)


def win_records(first: NDArray[np.float64], second: NDArray[np.float64]) -> list[Record]:
    """Return a record for each column of two tables of scores, a row a block."""
    wins, losses = (first > second).sum(axis=0), (first < second).sum(axis=0)
    ties = len(first) - wins - losses
    return [
        Record(*counts)
        for counts in zip(wins.tolist(), ties.tolist(), losses.tolist(), strict=True)
    ]


def pseudomedians(differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the Hodges-Lehmann estimate of each row: the median of all means of two of it.

    It is the estimate that belongs to the signed-rank test (Hodges & Lehmann 1963).
    """
    first, second = np.triu_indices(differences.shape[1])
    means = (differences[:, first] + differences[:, second]) / 2
    medians: NDArray[np.float64] = np.median(means, axis=1)
    return medians
