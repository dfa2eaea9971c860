"""The grid of a space: every combination of its parameters' values, inactive ones left out.

Neighbours: `axes` tells a parameter's values, `designs` shuffles the grid, `coverage` holds its
size against `runsPerPair`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from crosstrial.decide.axes import MOST_LISTED, axis
from crosstrial.spec.activity import is_active, parents_first
from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.possible import can_be
from crosstrial.spec.space import Point, Space

NOT_NAMED = "\0"  # stands for a parent's values that no condition names


def combinations(space: Space, levels: int | None) -> Iterator[Point]:
    """Yield every configuration of the grid, each once.

    Raises:
        graphlib.CycleError: conditions go in a circle; documents with one are refused.
    """
    for values in _combinations(space, parents_first(space), {}, levels):
        yield {name: values[name] for name in space if name in values}


def grid_size(space: Space, levels: int | None) -> float:
    """Return how many configurations the grid has; infinity where that is so.

    Raises:
        graphlib.CycleError: conditions go in a circle; documents with one are refused.
    """
    return math.prod(_size(space, names, {}, levels) for names in _connected(space))


def _combinations(
    space: Space, names: Sequence[str], values: Point, levels: int | None
) -> Iterator[Point]:
    if not names:
        yield values
        return
    name, *rest = names
    if not is_active(space[name], values):
        yield from _combinations(space, rest, values, levels)
        return
    for value in axis(space[name], levels).values:
        yield from _combinations(space, rest, {**values, name: value}, levels)


def _connected(space: Space) -> list[list[str]]:
    """Return the parameters in groups between which there is no condition, parents first."""
    groups: list[set[str]] = []
    for name, parameter in space.items():
        joined = {name, *parameter.when}
        apart = [group for group in groups if not group & joined]
        groups = [*apart, joined.union(*(group for group in groups if group & joined))]
    order = parents_first(space)
    return [[name for name in order if name in group] for group in groups]


def _size(space: Space, names: Sequence[str], values: Point, levels: int | None) -> float:
    if not names:
        return 1
    name, *rest = names
    if not is_active(space[name], values):
        return _size(space, rest, values, levels)
    named = _named(space, name, rest, levels)
    size = sum(_size(space, rest, {**values, name: value}, levels) for value in named)
    others = axis(space[name], levels).size - len(named)
    if others > 0:
        size += others * _size(space, rest, {**values, name: NOT_NAMED}, levels)
    return size


def _named(space: Space, name: str, others: Sequence[str], levels: int | None) -> list[Value]:
    """Return the values of a parameter that conditions of others name and that are on the grid."""
    asked = {compact_json(v): v for other in others for v in space[other].when.get(name, ())}
    size, values = axis(space[name], levels)
    if asked and size > MOST_LISTED:
        return [value for value in asked.values() if can_be(space[name], value)]
    return [value for value in values if compact_json(value) in asked] if asked else []
