"""Marginals of a model's draws: how often each parameter had which values.

Only draws in which a parameter was active count for it. `space_summary` has the figures,
`marginal_chart` the picture.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from crosstrial.analysis.space_summary import is_number, label
from crosstrial.spec.node import Value
from crosstrial.spec.space import Point

BINS = 20
# Positive numbers that span more than this are binned by their logarithm.
WIDE = 100.0


@dataclass(frozen=True)
class Histogram:
    """Counts of numbers; bin j is from `edges[j]` to `edges[j + 1]`."""

    name: str
    active: float  # share of the draws that have the parameter
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    logarithmic: bool


@dataclass(frozen=True)
class Bars:
    """Counts of values that are no numbers, most frequent first."""

    name: str
    active: float
    counts: tuple[tuple[str, int], ...]


Marginal: TypeAlias = Histogram | Bars


def marginals(points: Sequence[Point]) -> tuple[Marginal, ...]:
    """Return the marginals of every parameter, in order of appearance.

    One that had numbers and other values has both, the numbers first.
    """
    names = dict.fromkeys(name for point in points for name in point)
    return tuple(
        marginal
        for name in names
        for marginal in _marginals(name, [p[name] for p in points if name in p], len(points))
    )


def _marginals(name: str, values: Sequence[Value], draws: int) -> Iterator[Marginal]:
    active = len(values) / draws
    numbers = [value for value in values if is_number(value)]
    if numbers:
        yield _histogram(name, active, numbers)
    others = Counter(label(value) for value in values if not is_number(value))
    if others:
        yield Bars(name, active, tuple(others.most_common()))


def _histogram(name: str, active: float, numbers: Sequence[float]) -> Histogram:
    low, high = float(min(numbers)), float(max(numbers))
    wide = low > 0 and high / low > WIDE
    edges = np.geomspace(low, high, BINS + 1) if wide else _even(numbers, low, high)
    # Where rounding has moved an outer edge inwards, its number must not be lost.
    edges[0], edges[-1] = min(edges[0], low), max(edges[-1], high)
    counts, _ = np.histogram(np.asarray(numbers, dtype=np.float64), edges)
    return Histogram(name, active, tuple(edges.tolist()), tuple(counts.tolist()), wide)


def _even(numbers: Sequence[float], low: float, high: float) -> np.ndarray:
    """Return edges of equal distance; few integers have a bin each, around them."""
    whole = all(isinstance(number, int) for number in numbers)
    if whole and high - low < BINS:
        return np.arange(low - 0.5, high + 1)
    if not high > low:
        return np.array([low - 0.5, high + 0.5])
    return np.linspace(low, high, BINS + 1) if math.isfinite(high - low) else np.array([low, high])
