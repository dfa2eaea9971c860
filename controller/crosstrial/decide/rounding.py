"""Round a drawn number to multiples of `to`, counted from zero, in exact arithmetic.

A number means its shortest decimal text, so that 0.3 is three times 0.1. Used by `laws`.
"""

from __future__ import annotations

import math
import sys
from fractions import Fraction

from crosstrial.spec.space import Rounding

# What results can be where the document sets no bound: finite, and ints as stores keep them.
INT_LIMITS = (Fraction(-(2**63)), Fraction(2**63 - 1))
FLOAT_LIMITS = (Fraction(-sys.float_info.max), Fraction(sys.float_info.max))


def rounded(
    value: float, rounding: Rounding, lower: float | None, upper: float | None
) -> int | float:
    """Return the multiple for `value`, or the nearest one inside the bounds; None: no bound.

    An integral `to` gives an int.

    Raises:
        ValueError: no multiple lies inside the bounds; documents that say so are refused.
    """
    step = decimal(rounding.to)
    integral = step.denominator == 1
    low, high = INT_LIMITS if integral else FLOAT_LIMITS
    least = math.ceil((low if lower is None else max(low, decimal(lower))) / step)
    greatest = math.floor((high if upper is None else min(high, decimal(upper))) / step)
    if least > greatest:
        raise ValueError(f"no multiple of {rounding.to} lies between {lower} and {upper}")
    multiple = min(greatest, max(least, _count(decimal(value) / step, rounding))) * step
    return int(multiple) if integral else float(multiple)


def decimal(number: float) -> Fraction:
    """Return exactly what a number's shortest decimal text says."""
    return Fraction(repr(number))


def _count(steps: Fraction, rounding: Rounding) -> int:
    match rounding.mode:
        case "floor":
            return math.floor(steps)
        case "ceil":
            return math.ceil(steps)
        case "half_up":
            return math.floor(steps + Fraction(1, 2))
