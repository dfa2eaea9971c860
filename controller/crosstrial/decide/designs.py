"""Designs: a model's configurations in a row, none of them twice, the same for every data set.

The points that the user wrote come first, then what the sampler adds. Of a sequence, what would
repeat is passed over; when it brings nothing new, the rest is taken from the grid, so that a
finite space is covered to its last point. Used by `samplers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain, count, islice
from math import isinf
from typing import Literal, TypeAlias

from numpy.random import PCG64, Generator

from crosstrial.decide.draw import drawn, paths
from crosstrial.decide.grid import combinations, grid_size
from crosstrial.decide.sequences import SequenceKind, elements
from crosstrial.domain.seeds import stream_seed
from crosstrial.spec.activity import with_constants
from crosstrial.spec.document import Model
from crosstrial.spec.node import compact_json
from crosstrial.spec.space import Point

DesignKind: TypeAlias = Literal["grid"] | SequenceKind

# A sequence that has repeated itself so often in a row is given up: in a finite space the grid
# has the rest at once, in an endless one what is left is too rare to wait for.
MOST_REPEATS = 100
MOST_REPEATS_ENDLESS = 4096
DESIGNS_KEPT = 4096


class Design:
    """Distinct points, made when they are asked for and kept.

    Args:
        points: repeats among them are left out.
        least: how many different ones there are at least.
    """

    def __init__(self, points: Iterator[Point], least: float) -> None:
        self._least = least
        self._made: list[Point] = []
        self._more = distinct_points(points)

    def point(self, index: int) -> Point | None:
        """Return the point of an index; None: there are not so many."""
        self._make(index + 1)
        return self._made[index] if index < len(self._made) else None

    def size(self, most: int) -> int | None:
        """Return how many points there are; None: more than `most`."""
        if self._least > most:
            return None
        self._make(most + 1)
        return len(self._made) if len(self._made) <= most else None

    def first(self, taken: set[str]) -> Point | None:
        """Return the first point that is none of `taken` (see `told`); None: there is none."""
        points = (self.point(index) for index in count())
        return next(p for p in points if p is None or told(p) not in taken)

    def _make(self, wanted: int) -> None:
        self._made.extend(islice(self._more, max(0, wanted - len(self._made))))


@dataclass(frozen=True)
class Plan:
    """What a design is made of; two are the same if their texts are."""

    text: str
    kind: DesignKind = field(compare=False)
    levels: int | None = field(compare=False)  # None: sequences need none
    seed: int = field(compare=False)
    model: Model = field(compare=False)


def design(model: Model, *, kind: DesignKind, levels: int | None, seed: int) -> Design:
    """Return the design of a model; that of equal arguments is made once."""
    space = {name: parameter.model_dump(mode="json") for name, parameter in model.space.items()}
    text = compact_json([kind, levels, seed, model.name, list(model.points), list(space.items())])
    return _made(Plan(text, kind, levels, seed, model))


def told(point: Point) -> str:
    """Return the text that tells a configuration from others, by types and values."""
    return compact_json(dict(sorted(point.items())))


def distinct_points(points: Iterator[Point]) -> Iterator[Point]:
    """Yield the points that are none of those before."""
    seen: set[str] = set()
    for point in points:
        text = told(point)
        if text not in seen:
            seen.add(text)
            yield point


@lru_cache(maxsize=DESIGNS_KEPT)
def _made(plan: Plan) -> Design:
    written = (with_constants(point, plan.model.space) for point in plan.model.points)
    least = grid_size(plan.model.space, plan.levels)
    added = _grid(plan) if plan.kind == "grid" else _sequence(plan, plan.kind, endless=isinf(least))
    return Design(chain(written, added), least)


def _grid(plan: Plan) -> Iterator[Point]:
    """Yield the grid in an order by chance, so that its beginning is no corner of it."""
    points = list(combinations(plan.model.space, plan.levels))
    generator = Generator(PCG64(stream_seed(plan.seed, plan.kind, plan.model.name)))
    return (points[position] for position in generator.permutation(len(points)))


def _sequence(plan: Plan, kind: SequenceKind, *, endless: bool) -> Iterator[Point]:
    space = plan.model.space
    names = tuple(paths(space))
    cube = elements(kind, len(names), stream_seed(plan.seed, kind, plan.model.name))
    # Index i is element i, whether points are written before it or not.
    rest = islice(cube, len(plan.model.points), None)
    points = (drawn(space, dict(zip(names, u, strict=True)).__getitem__) for u in rest)
    yield from until_repeating(points, MOST_REPEATS_ENDLESS if endless else MOST_REPEATS)
    if endless:
        yield from chain.from_iterable(combinations(space, levels) for levels in count(2))
    else:
        yield from combinations(space, None)


def until_repeating(points: Iterator[Point], most: int) -> Iterator[Point]:
    """Yield points until none of `most` in a row was new."""
    seen: set[str] = set()
    repeats = 0
    for point in points:
        text = told(point)
        repeats = repeats + 1 if text in seen else 0
        if repeats == most:
            return
        seen.add(text)
        yield point
