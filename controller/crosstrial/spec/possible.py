"""Which values a parameter can take at all; for conditions and for bounds on `n_jobs`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crosstrial.spec.multiples import multiples
from crosstrial.spec.node import Item, Value, compact_json
from crosstrial.spec.space import (
    Categorical,
    Constant,
    IntLogUniform,
    IntUniform,
    Numeric,
    OneOf,
    Parameter,
)


def is_real(parameter: Parameter) -> bool:
    """Whether the parameter is of type float: a value of it is hardly ever drawn twice."""
    match parameter:
        case Constant() | Categorical():
            return False
        case OneOf(one_of=alternatives):
            return all(is_real(alternative) for alternative in alternatives)
        case _ if parameter.round is not None:
            return not multiples(parameter.round, None, None).integral
        case _:
            return not isinstance(parameter, IntUniform | IntLogUniform)


def can_be(parameter: Parameter, value: Value) -> bool:
    """Whether the parameter, when it is active, can be exactly `value`, by type and value."""
    match parameter:
        case Constant() | Categorical():
            return compact_json(value) in map(compact_json, choices(parameter))
        case OneOf(one_of=alternatives, weights=weights):
            return any(can_be(each, value) for each in _drawable(alternatives, weights))
        case _:
            return not is_real(parameter) and type(value) is int and _includes(parameter, value)


def choices(parameter: Parameter) -> Iterator[Value]:
    """Yield the values that a parameter names one by one; those of a numeric one it does not."""
    match parameter:
        case Constant(value=value):
            yield value
        case Categorical(values=values, weights=weights):
            yield from _drawable(values, weights)
        case OneOf(one_of=alternatives, weights=weights):
            for alternative in _drawable(alternatives, weights):
                yield from choices(alternative)


def numbers(parameter: Parameter) -> Iterator[float | None]:
    """Yield every number that the parameter names, its least and its greatest among them.

    None stands for a side without a bound.
    """
    match parameter:
        case Constant() | Categorical():
            yield from (v for v in choices(parameter) if type(v) in (int, float))
        case OneOf(one_of=alternatives, weights=weights):
            for alternative in _drawable(alternatives, weights):
                yield from numbers(alternative)
        case _:
            yield from (parameter.min, parameter.max)


def _includes(parameter: Numeric, number: int) -> bool:
    if parameter.round is not None:
        return number in multiples(parameter.round, parameter.min, parameter.max)
    low, high = parameter.min, parameter.max
    return (low is None or low <= number) and (high is None or number <= high)


def _drawable(items: Sequence[Item], weights: Sequence[float] | None) -> list[Item]:
    """Return the items that have a chance."""
    if weights is None:
        return list(items)
    return [item for item, weight in zip(items, weights, strict=False) if weight > 0]
