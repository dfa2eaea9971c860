"""Which trial is not worth going on with: Optuna's pruners, on validation curves alone.

Pure. Every curve of a pair has the same epochs, so the n-th number of one stands beside the n-th
of another. Neighbours: `rivals` knows the others' curves, `epochs` asks after each one of its own.
"""

from __future__ import annotations

import math
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from crosstrial.spec.epochs import (
    HyperbandPruner,
    MedianPruner,
    NoPruner,
    Pruner,
    SuccessiveHalvingPruner,
)


@dataclass(frozen=True)
class Run:
    """A trial's primary validation scores so far; `complete`: it ran to its end."""

    index: int
    values: Sequence[float]
    complete: bool = False


def is_pruned(
    pruner: Pruner, own: Run, others: Sequence[Run], epochs: Sequence[int], *, pair: str
) -> bool:
    """Return whether a trial ends here.

    Args:
        pruner: as in the document.
        own: the trial, with the score of the epoch that has just ended.
        others: trials of the same search of the pair that have ended.
        epochs: the epoch of each number of a whole curve.
        pair: `model@dataset`; with the index it tells the trial's bracket.
    """
    match pruner:
        case NoPruner():
            return False
        case MedianPruner():
            return _is_below_median(pruner, own, others, epochs)
        case SuccessiveHalvingPruner():
            rate = pruner.min_early_stopping_rate
            return _is_halved(own, others, epochs, _Rungs(pruner, rate))
        case HyperbandPruner():
            brackets = _Brackets(pruner, most=epochs[-1], pair=pair)
            mine = brackets.of(own.index)
            rivals = [run for run in others if brackets.of(run.index) == mine]
            return _is_halved(own, rivals, epochs, _Rungs(pruner, mine))


def _is_below_median(
    pruner: MedianPruner, own: Run, others: Sequence[Run], epochs: Sequence[int]
) -> bool:
    complete = [run for run in others if run.complete]
    reached = len(own.values) - 1
    if len(complete) < pruner.startup_trials or epochs[reached] < pruner.warmup_epochs:
        return False
    beside = [run.values[reached] for run in complete if reached < len(run.values)]
    return bool(beside) and max(own.values) < median(beside)


@dataclass(frozen=True)
class _Rungs:
    """The rungs of one bracket: the first ones are left out, one more each bracket."""

    pruner: SuccessiveHalvingPruner | HyperbandPruner
    left_out: int

    def epoch(self, rung: int) -> int:
        power: int = self.pruner.reduction_factor ** (self.left_out + rung)
        return self.pruner.min_resource * power

    def is_promoted(self, value: float, competing: Sequence[float]) -> bool:
        """Whether a value is among the best fraction; of few, whether it is the best."""
        promoted = max(1, len(competing) // self.pruner.reduction_factor)
        return value >= sorted(competing, reverse=True)[promoted - 1]


def _is_halved(own: Run, others: Sequence[Run], epochs: Sequence[int], rungs: _Rungs) -> bool:
    """Whether a trial fails at a rung that it has just reached."""
    reached, rung = len(own.values) - 1, 0
    while rungs.epoch(rung) <= epochs[reached]:
        # A curve need not have just the rung's epoch: the next one that it has stands for it.
        place = bisect_left(epochs, rungs.epoch(rung))
        if place == reached:
            competing = [run.values[place] for run in others if place < len(run.values)]
            if not rungs.is_promoted(own.values[place], [*competing, own.values[place]]):
                return True
        rung += 1
    return False


class _Brackets:
    """Hyperband's brackets; a trial's own follows from its pair and index alone."""

    def __init__(self, pruner: HyperbandPruner, *, most: int, pair: str) -> None:
        """Lay out brackets for trials of `most` epochs."""
        ratio = max(1.0, most / pruner.min_resource)
        self._pair = pair
        count = math.floor(math.log(ratio, pruner.reduction_factor)) + 1
        self._shares = [
            math.ceil(count * pruner.reduction_factor**rest / (rest + 1))
            for rest in range(count - 1, -1, -1)
        ]

    def of(self, index: int) -> int:
        """Return the bracket of a trial."""
        place = zlib.crc32(f"{self._pair}_{index}".encode()) % sum(self._shares)
        for bracket, share in enumerate(self._shares):
            if place < share:
                return bracket
            place -= share
        raise AssertionError("a place beyond all shares")
