"""Round a drawn number to multiples of `to`, counted from zero, in exact arithmetic.

Used by `laws`; `spec.multiples` says which multiples there are.
"""

from __future__ import annotations

import math
from fractions import Fraction

from crosstrial.spec.multiples import decimal, multiples
from crosstrial.spec.space import Rounding


def rounded(
    value: float, rounding: Rounding, lower: float | None, upper: float | None
) -> int | float:
    """Return the multiple for `value`, or the nearest one inside the bounds; None: no bound.

    An integral `to` gives an int.

    Raises:
        ValueError: no multiple lies inside the bounds; documents that say so are refused.
    """
    inside = multiples(rounding, lower, upper)
    if not inside:
        raise ValueError(f"no multiple of {rounding.to} lies between {lower} and {upper}")
    count = _count(decimal(value) / inside.step, rounding)
    multiple = min(inside.greatest, max(inside.least, count)) * inside.step
    return int(multiple) if inside.integral else float(multiple)


def _count(steps: Fraction, rounding: Rounding) -> int:
    match rounding.mode:
        case "floor":
            return math.floor(steps)
        case "ceil":
            return math.ceil(steps)
        case "half_up":
            return math.floor(steps + Fraction(1, 2))
