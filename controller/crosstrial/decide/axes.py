"""Axes of a grid: the values that one parameter takes on it.

Integers and choices take all of theirs; a continuous parameter takes `levels` of them, or
infinitely many when levels are None. Used by `grid`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import NamedTuple

from crosstrial.decide.draw import LARGEST_UNIFORM, SMALLEST_UNIFORM
from crosstrial.decide.laws import quantile
from crosstrial.decide.rounding import rounded
from crosstrial.spec.multiples import Multiples, multiples
from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.possible import choices
from crosstrial.spec.space import (
    Categorical,
    Constant,
    FloatUniform,
    IntLogUniform,
    IntUniform,
    LogUniform,
    Numeric,
    OneOf,
    Parameter,
)

# No budget reaches beyond so many values of one parameter, so no more are listed one by one.
MOST_LISTED = 100_000
# A level is given with so many digits: 0.01 rather than 0.010000000000000002.
DIGITS = 12
FEW = 64
MANY = 2.0**20  # numbers between two bounds: more than are ever drawn


class Axis(NamedTuple):
    """How many values there are, perhaps infinitely many, and those that may be listed."""

    size: float
    values: Iterable[Value]


def axis(parameter: Parameter, levels: int | None) -> Axis:
    """Return the values of a parameter, each once."""
    match parameter:
        case Constant() | Categorical():
            return _listed(choices(parameter))
        case OneOf():
            return _choice(parameter, levels)
        case IntUniform() | IntLogUniform():
            return _integers(parameter)
        case _ if levels is not None:
            return _listed(_level(parameter, u) for u in _shares(parameter, levels))
        case _:
            return _continuous(parameter)


def distinct(values: Iterable[Value]) -> Iterator[Value]:
    """Yield values that differ from all before, by type and value."""
    seen: set[str] = set()
    for value in values:
        told = compact_json(value)
        if told not in seen:
            seen.add(told)
            yield value


def _listed(values: Iterable[Value]) -> Axis:
    listed = tuple(islice(distinct(values), MOST_LISTED))
    return Axis(len(listed), listed)


def _choice(parameter: OneOf, levels: int | None) -> Axis:
    """Return the values of all alternatives that have a chance."""
    weights = parameter.weights or (1.0,) * len(parameter.one_of)
    drawable = (a for a, weight in zip(parameter.one_of, weights, strict=True) if weight > 0)
    axes = [axis(alternative, levels) for alternative in drawable]
    listed = _listed(chain.from_iterable(one.values for one in axes))
    if sum(one.size for one in axes) <= MOST_LISTED:
        return listed
    # Alternatives may overlap: no more than the largest is sure.
    return Axis(max(listed.size, *(one.size for one in axes)), listed.values)


def _integers(parameter: IntUniform | IntLogUniform) -> Axis:
    low, high, rounding = parameter.min, parameter.max, parameter.round
    if rounding is None:
        return Axis(high - low + 1, range(low, high + 1))
    inside = multiples(rounding, low, high)
    if inside.integral:
        # Each multiple is an integer between the bounds, and rounds to itself.
        return _multiples(inside)
    return _listed(rounded(value, rounding, low, high) for value in range(low, high + 1))


def _continuous(parameter: Numeric) -> Axis:
    """Return the multiples that are ever drawn; without rounding there is no end of values."""
    lowest, highest = quantile(parameter, SMALLEST_UNIFORM), quantile(parameter, LARGEST_UNIFORM)
    if parameter.round is None:
        # Bounds may be so near each other that there are hardly numbers between them.
        if highest - lowest < MANY * math.ulp(max(abs(lowest), abs(highest))):
            return _listed(_level(parameter, u) for u in _shares(parameter, FEW))
        return Axis(math.inf, ())
    return _multiples(multiples(parameter.round, lowest, highest))


def _multiples(inside: Multiples) -> Axis:
    counts = range(inside.least, inside.greatest + 1)
    exact = (count * inside.step for count in counts[:MOST_LISTED])
    values = tuple(int(value) if inside.integral else float(value) for value in exact)
    return Axis(inside.greatest - inside.least + 1, values)


def _shares(parameter: Numeric, levels: int) -> list[float]:
    """Return the shares of the distribution's mass below each level.

    A uniform one has its bounds among the levels, a normal one the middles of equal shares.
    """
    if isinstance(parameter, FloatUniform | LogUniform) and levels > 1:
        return [position / (levels - 1) for position in range(levels)]
    return [(position + 0.5) / levels for position in range(levels)]


def _level(parameter: Numeric, u: float) -> Value:
    value = quantile(parameter, u)
    if parameter.round is not None:
        return value
    short = float(f"{value:.{DIGITS}g}")
    low = -math.inf if parameter.min is None else parameter.min
    high = math.inf if parameter.max is None else parameter.max
    return short if low <= short <= high else value
