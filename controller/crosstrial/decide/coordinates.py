"""Coordinates of a configuration: what its values are as choices and as shares of distributions.

The way back from `draw`: a choice by its position, a number by the share of its distribution's
mass below it. For `tpe`, which learns in these.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TypeAlias

from scipy.special import ndtr

from crosstrial.decide.draw import alternative_path
from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.space import (
    Categorical,
    Constant,
    FloatUniform,
    IntLogUniform,
    IntUniform,
    LogNorm,
    LogUniform,
    Norm,
    Numeric,
    OneOf,
    Parameter,
    Point,
    Space,
)

Coordinates: TypeAlias = dict[str, int | float]


def coordinates(space: Space, point: Point) -> Coordinates:
    """Return the coordinates of a point by path; a value that the space hasn't has none."""
    return {
        path: place
        for name, value in point.items()
        if name in space
        for path, place in _places(space[name], value, name)
    }


def choice_count(parameter: Categorical | OneOf) -> int:
    """Return among how many a choice chooses; what has no weight is left out."""
    return len(_drawable(_weights(parameter)))


def middle(parameter: Categorical | OneOf, place: int) -> float:
    """Return the middle of the uniform numbers that fall on a choice (see `laws.choice`)."""
    weights = _weights(parameter)
    cumulative = [0.0, *accumulate(weights)]
    position = _drawable(weights)[place]
    return (cumulative[position] + cumulative[position + 1]) / 2 / cumulative[-1]


def _weights(parameter: Categorical | OneOf) -> Sequence[float]:
    count = len(parameter.values if isinstance(parameter, Categorical) else parameter.one_of)
    return parameter.weights or (1.0,) * count


def _drawable(weights: Sequence[float]) -> list[int]:
    """Return the positions that have a chance."""
    return [position for position, weight in enumerate(weights) if weight > 0]


def share(distribution: Numeric, value: float) -> float:
    """Return the share of the mass below `value`, 0 to 1; before any rounding."""
    found = _share(distribution, value)
    return min(1.0, max(0.0, found)) if math.isfinite(found) else 0.5


def _places(parameter: Parameter, value: Value, path: str) -> Iterator[tuple[str, int | float]]:
    match parameter:
        case Constant():
            return
        case Categorical() | OneOf():
            position = _position(parameter, value)
            if position is None:
                return
            yield path, _drawable(_weights(parameter)).index(position)
            if isinstance(parameter, OneOf):
                inner = alternative_path(path, position)
                yield from _places(parameter.one_of[position], value, inner)
        case _ if _is_number(value):
            yield path, share(parameter, value)


def _position(parameter: Categorical | OneOf, value: Value) -> int | None:
    """Return the first choice with a chance that a value can be of."""
    for position in _drawable(_weights(parameter)):
        if isinstance(parameter, Categorical):
            found = compact_json(parameter.values[position]) == compact_json(value)
        else:
            found = _may_be(parameter.one_of[position], value)
        if found:
            return position
    return None


def _may_be(alternative: Parameter, value: Value) -> bool:
    match alternative:
        case Constant(value=constant):
            return compact_json(constant) == compact_json(value)
        case Categorical() | OneOf():
            return _position(alternative, value) is not None
        case _:
            low, high = alternative.min, alternative.max
            inside = _is_number(value) and (low is None or low <= value)
            return inside and (high is None or value <= high)


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _share(distribution: Numeric, value: float) -> float:
    match distribution:
        case IntUniform(min=low, max=high):
            return (value - low + 0.5) / (high - low + 1)
        case IntLogUniform(min=low, max=high):
            return (_log(value + 0.5) - math.log(low)) / math.log((high + 1) / low)
        case FloatUniform(min=low, max=high):
            return _ratio(value - low, high - low)
        case LogUniform(min=low, max=high):
            return _ratio(_log(value) - math.log(low), math.log(high) - math.log(low))
        case Norm(mean=mean, std=std, min=low, max=high):
            a = -math.inf if low is None else (low - mean) / std
            b = math.inf if high is None else (high - mean) / std
            return _normal((value - mean) / std, a, b)
        case LogNorm(mu=mu, sigma=sigma, min=low, max=high):
            a = -math.inf if low is None else (_log(low) - mu) / sigma
            b = math.inf if high is None else (_log(high) - mu) / sigma
            return _normal((_log(value) - mu) / sigma, a, b)


def _normal(z: float, a: float, b: float) -> float:
    """Return the share of a truncated normal law below `z`, on the side where tails are small."""
    if a > 0:
        return 1.0 - _normal(-z, -b, -a)
    below = float(ndtr(a))
    return _ratio(float(ndtr(z)) - below, float(ndtr(b)) - below)


def _log(value: float) -> float:
    return math.log(value) if value > 0 else -math.inf


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
