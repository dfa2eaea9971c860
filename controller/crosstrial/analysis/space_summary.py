"""What a model's draws look like, a line a parameter: the summary that `sample` prints."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.space import Point

QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)
Kind: TypeAlias = Literal["int", "float", "choice", "mixed"]


@dataclass(frozen=True)
class ParameterSummary:
    """One parameter over all points.

    `active` is the share of points that have it. `quantiles` (minimum, quarter, median, three
    quarters, maximum) are of its numbers, each one that was drawn; `counts` are of its other
    values. A parameter of kind `mixed` has both, or numbers of both kinds.
    """

    name: str
    active: float
    kind: Kind
    quantiles: tuple[float, ...] | None
    counts: Mapping[str, int] | None


def summarise(points: Sequence[Point]) -> tuple[ParameterSummary, ...]:
    """Return a summary of every parameter that any point has, in order of appearance."""
    names = dict.fromkeys(name for point in points for name in point)
    return tuple(
        _summary(name, [point[name] for point in points if name in point], len(points))
        for name in names
    )


def _summary(name: str, values: Sequence[Value], points: int) -> ParameterSummary:
    numbers = [value for value in values if is_number(value)]
    choices = Counter(label(value) for value in values if not is_number(value))
    return ParameterSummary(
        name=name,
        active=len(values) / points,
        kind=_kind(values),
        quantiles=_quantiles(numbers) if numbers else None,
        counts=dict(choices) if choices else None,
    )


def _kind(values: Sequence[Value]) -> Kind:
    kinds = {type(value) if is_number(value) else None for value in values}
    if kinds == {int}:
        return "int"
    if kinds == {float}:
        return "float"
    return "choice" if kinds == {None} else "mixed"


def _quantiles(numbers: Sequence[float]) -> tuple[float, ...]:
    ordered = sorted(numbers)
    return tuple(ordered[max(0, math.ceil(q * len(ordered)) - 1)] for q in QUANTILES)


def is_number(value: Value) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def label(value: Value) -> str:
    """Return what a value is called that is no number."""
    return value if isinstance(value, str) else compact_json(value)
