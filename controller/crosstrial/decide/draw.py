"""Draw a model's configurations: point i depends on (seed, model, i) alone, on every machine.

Each parameter has its own stream, named by its path; `laws` turns its one uniform number into
a value. `plan` draws what it hands out; `sample` shows the same points.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from numpy.random import PCG64, Generator

from crosstrial.decide.laws import choice, quantile
from crosstrial.domain.seeds import stream_seed
from crosstrial.spec.document import Model
from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.space import Constant, OneOf, Parameter, Point, Space

SMALLEST_UNIFORM = 2.0**-54  # stands for 0, where inverse distribution functions are infinite


def point(model: Model, *, seed: int, index: int) -> Point:
    """Return configuration `index` of a model: one of its points as written, or a draw.

    A written point is completed by the space's constants, those that its values activate.
    """
    if index < len(model.points):
        return _with_constants(model.points[index], model.space)
    return draw(model.space, seed=seed, model=model.name, index=index)


def draw(space: Space, *, seed: int, model: str, index: int) -> Point:
    """Return the active parameters of draw `index`, in the order in which they are written.

    Raises:
        graphlib.CycleError: conditions go in a circle; documents with one are refused.
    """
    drawn: Point = {}
    for name in parents_first(space):
        if is_active(space[name], drawn):
            drawn[name] = _value(space[name], (seed, model, index), name)
    return {name: drawn[name] for name in space if name in drawn}


def parents_first(space: Space) -> list[str]:
    """Return the parameters' names, each after those that its `when` names."""
    graph = {name: tuple(parameter.when) for name, parameter in space.items()}
    return [name for name in TopologicalSorter(graph).static_order() if name in space]


def is_active(parameter: Parameter, drawn: Mapping[str, Value]) -> bool:
    """Whether all parents have a value that activates the parameter, alike in type and value.

    An inactive parent has no value, so what depends on it is inactive too.
    """
    return all(
        parent in drawn and compact_json(drawn[parent]) in map(compact_json, values)
        for parent, values in parameter.when.items()
    )


def uniform(seed: int, model: str, index: int, path: str) -> float:
    """Return the uniform number in (0, 1) that belongs to one parameter of one draw."""
    generator = Generator(PCG64(stream_seed(seed, model, index, path)))
    return generator.random() or SMALLEST_UNIFORM


def _value(parameter: Parameter, stream: tuple[int, str, int], path: str) -> Value:
    if isinstance(parameter, Constant):
        return parameter.value
    u = uniform(*stream, path)
    if not isinstance(parameter, OneOf):
        return quantile(parameter, u)
    position = choice(len(parameter.one_of), parameter.weights, u)
    return _value(parameter.one_of[position], stream, f"{path}/{position}")


def _with_constants(written: Point, space: Space) -> Point:
    complete = dict(written)
    for name in parents_first(space):
        parameter = space[name]
        if name in complete or not isinstance(parameter, Constant):
            continue
        if is_active(parameter, complete):
            complete[name] = parameter.value
    return complete
