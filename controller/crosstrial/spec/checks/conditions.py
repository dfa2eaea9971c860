"""Conditions: parents that are there and can have the values asked for, and no circle."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError

from crosstrial.spec.activity import parents_first
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location
from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.possible import can_be, choices, is_real
from crosstrial.spec.space import Parameter, Space
from crosstrial.spec.wording import choice, shortened


def condition_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield conditions that can't be met or can't be decided."""
    for at, model in experiment.placed_models().items():
        for name, parameter in model.space.items():
            for parent, values in parameter.when.items():
                place = (*at, "space", name, "when", parent)
                yield from _condition(model.space, parent, values, place)
        yield from _circle(model.space, (*at, "space"))


def _condition(
    space: Space, parent: str, values: tuple[Value, ...], at: Location
) -> Iterator[InvalidError]:
    if parent not in space:
        yield InvalidKeyError(
            f"there is no parameter {parent} in this space", choice(parent, space), at=at
        )
    elif is_real(space[parent]):
        yield InvalidKeyError(
            f"{parent} is of type float, which hardly ever has a given value",
            "depend on an integer or categorical parameter",
            at=at,
        )
    elif not values:
        yield InvalidError("is empty, so it is never met", "name the parent's values", at=at)
    else:
        yield from _values(space[parent], parent, values, at)


def _values(
    parameter: Parameter, parent: str, values: tuple[Value, ...], at: Location
) -> Iterator[InvalidError]:
    for position, value in enumerate(values):
        if not can_be(parameter, value):
            yield InvalidError(
                f"{parent} is never {shortened(compact_json(value))}",
                _remedy(parameter, value),
                at=(*at, position),
            )


def _remedy(parameter: Parameter, value: Value) -> str:
    """Point at a value that is meant: values are compared by type, so 1, 1.0 and "1" differ."""
    known = [compact_json(known) for known in choices(parameter)]
    if not known:
        return "name integers that it can be"
    return choice(compact_json(value), known)


def _circle(space: Space, at: Location) -> Iterator[InvalidError]:
    try:
        parents_first(space)
    except CycleError as error:
        circle: list[str] = error.args[1]
        yield InvalidError(
            f"conditions go in a circle: {' -> '.join(reversed(circle))}",
            "remove one of these conditions",
            at=(*at, circle[0], "when"),
        )
