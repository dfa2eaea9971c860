"""The decimal multiples of a step that lie inside bounds, in exact arithmetic.

A number means its shortest decimal text, so that 0.3 is three times 0.1. `decide.rounding`
rounds to them; `checks` refuses bounds without any.
"""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass
from fractions import Fraction

from crosstrial.spec.space import Rounding

# What results can be where the document sets no bound: finite, and ints as stores keep them.
INT_LIMITS = (Fraction(-(2**63)), Fraction(2**63 - 1))
FLOAT_LIMITS = (Fraction(-sys.float_info.max), Fraction(sys.float_info.max))


@dataclass(frozen=True)
class Multiples:
    """`least * step` to `greatest * step`; none where the least is above the greatest."""

    step: Fraction
    least: int
    greatest: int

    @property
    def integral(self) -> bool:
        """Whether the step is an integer, so that results are ints."""
        return self.step.denominator == 1

    def __bool__(self) -> bool:
        return self.least <= self.greatest

    def __contains__(self, number: float) -> bool:
        count = decimal(number) / self.step
        return count.denominator == 1 and self.least <= count <= self.greatest


def multiples(rounding: Rounding, lower: float | None, upper: float | None) -> Multiples:
    """Return the multiples inside the bounds, both included; None: no bound."""
    step = decimal(rounding.to)
    low, high = INT_LIMITS if step.denominator == 1 else FLOAT_LIMITS
    least = math.ceil((low if lower is None else max(low, decimal(lower))) / step)
    greatest = math.floor((high if upper is None else min(high, decimal(upper))) / step)
    return Multiples(step, least, greatest)


def decimal(number: float) -> Fraction:
    """Return exactly what a number's shortest decimal text says."""
    return Fraction(repr(number))
