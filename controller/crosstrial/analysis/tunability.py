"""What tuning bought: the tuned score minus that of the default configuration.

Both are normalised test scores, so the gain is comparable over data sets. Validation chose, so a
gain may be negative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, median

from crosstrial.analysis.cells import Cell, best_reported
from crosstrial.analysis.normalise import normalised_score


@dataclass(frozen=True)
class Gain:
    """One pair's gain: `tuned` minus `default`, both normalised."""

    dataset: str
    default: float
    tuned: float

    @property
    def gain(self) -> float:
        """What tuning bought; negative where it cost."""
        return self.tuned - self.default


@dataclass(frozen=True)
class Tunability:
    """A model's gains over the data sets on which both scores are known."""

    model: str
    gains: tuple[Gain, ...]

    @property
    def mean(self) -> float:
        """The mean gain."""
        return fmean(gain.gain for gain in self.gains)

    @property
    def median(self) -> float:
        """The median gain."""
        return median(gain.gain for gain in self.gains)

    @property
    def improved(self) -> int:
        """On how many data sets tuning bought anything."""
        return sum(gain.gain > 0 for gain in self.gains)


def tunability(cells: Sequence[Cell]) -> tuple[Tunability, ...]:
    """Return every model's tunability, the most tunable first; none of one without defaults."""
    best = best_reported(cells)
    found = [
        Tunability(model, gains)
        for model in dict.fromkeys(cell.model for cell in cells)
        if (gains := tuple(_gains([c for c in cells if c.model == model], best)))
    ]
    return tuple(sorted(found, key=lambda one: -one.mean))


def _gains(cells: Sequence[Cell], best: dict[str, float]) -> list[Gain]:
    return [
        Gain(
            dataset=cell.dataset,
            default=normalised_score(cell.default, baseline=cell.baseline, best=best[cell.dataset]),
            tuned=cell.normalised,
        )
        for cell in cells
        if cell.default is not None and cell.baseline is not None and cell.normalised is not None
    ]
