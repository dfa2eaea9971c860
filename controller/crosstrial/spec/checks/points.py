"""Points: as many as differ, none of them names a parameter that it leaves inactive."""

from __future__ import annotations

from collections.abc import Iterator
from graphlib import CycleError

from crosstrial.spec.activity import is_active, with_constants
from crosstrial.spec.document import Experiment, Model
from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location
from crosstrial.spec.node import compact_json
from crosstrial.spec.space import Parameter, Point


def point_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield written points that contradict the space's conditions or that stand there twice.

    Their values are taken as written: they may lie outside the distributions.
    """
    for at, model in experiment.placed_models().items():
        seen: dict[str, int] = {}
        for position, complete in enumerate(_complete(model)):
            place = (*at, "points", position)
            told = compact_json(dict(sorted(complete.items())))
            if told in seen:
                yield InvalidError(
                    f"is the same configuration as points[{seen[told]}]", "remove it", at=place
                )
            seen.setdefault(told, position)
            yield from _inactive(model, complete, position, place)


def _complete(model: Model) -> list[Point]:
    try:
        return [with_constants(point, model.space) for point in model.points]
    except CycleError:
        # `conditions` tells it; what would be active is then not defined.
        return []


def _inactive(model: Model, complete: Point, position: int, at: Location) -> Iterator[InvalidError]:
    for name in model.points[position]:
        parameter = model.space.get(name)
        if parameter is not None and not is_active(parameter, complete):
            yield InvalidKeyError(
                f"{name} is inactive here: {_unmet(parameter, complete)}",
                "give the parent such a value in this point, or leave the parameter out",
                at=(*at, name),
            )


def _unmet(parameter: Parameter, complete: Point) -> str:
    """Name the first condition that does not hold."""
    for parent, values in parameter.when.items():
        allowed = " or ".join(map(compact_json, values))
        if parent not in complete:
            return f"it needs {parent} to be {allowed}, and the point does not say {parent}"
        if compact_json(complete[parent]) not in map(compact_json, values):
            return f"it needs {parent} to be {allowed}, not {compact_json(complete[parent])}"
    return "its conditions do not hold"
