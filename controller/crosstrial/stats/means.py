"""A mean that is comparable with others: of all values or of none."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean


def complete_mean(values: Sequence[float | None]) -> float | None:
    """Return the mean; None when there is no value, or when one is missing.

    A mean over some of a trial's splits would not be comparable with any other trial's.
    """
    if len(values) == 1:  # holdouts have one split, by the million
        return values[0]
    known = [value for value in values if value is not None]
    return fmean(known) if known and len(known) == len(values) else None
