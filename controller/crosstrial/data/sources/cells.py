"""What a cell of a text file means: missing, a number, or a text."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from crosstrial.data.sources.found import Numbers, Texts

MISSING = frozenset({"", "?", "na", "nan", "null"})


def is_missing(cell: str) -> bool:
    """Whether a cell is empty, `?`, or NA, NaN or null in any case."""
    return cell.lower() in MISSING


def number(cell: str) -> float | None:
    """Return the number that a cell is, infinite ones included; None where it is a text.

    Decimal point, no thousands separator: `1_000`, which Python takes, is a text.
    """
    if "_" in cell or not cell.isascii():
        return None
    try:
        value = float(cell)
    except ValueError:
        return None
    return None if math.isnan(value) else value


def texts(cells: Sequence[str]) -> Texts:
    """Return cells as texts, None where missing."""
    return [None if is_missing(cell) else cell for cell in cells]


def typed(cells: Sequence[str]) -> Numbers | Texts:
    """Return numbers if every cell that is not missing is one, else texts.

    A column without any value counts as numbers.
    """
    numbers = np.full(len(cells), np.nan)
    for row, cell in enumerate(cells):
        if is_missing(cell):
            continue
        value = number(cell)
        if value is None:
            return texts(cells)
        numbers[row] = value
    return numbers
