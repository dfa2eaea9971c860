"""Draw a model's configurations: point i depends on (seed, model, i) alone, on every machine.

Each parameter has its own stream, named by its path; `laws` turns its one uniform number into
a value. `plan` draws what it hands out; `sample` shows the same points.
"""

from __future__ import annotations

from numpy.random import PCG64, Generator

from crosstrial.decide.laws import choice, quantile
from crosstrial.domain.seeds import stream_seed
from crosstrial.spec.activity import is_active, parents_first, with_constants
from crosstrial.spec.document import Model
from crosstrial.spec.node import Value
from crosstrial.spec.space import Constant, OneOf, Parameter, Point, Space

SMALLEST_UNIFORM = 2.0**-54  # stands for 0, where inverse distribution functions are infinite


def point(model: Model, *, seed: int, index: int) -> Point:
    """Return configuration `index` of a model: one of its points as written, or a draw.

    A written point is completed by the space's constants, those that its values activate.
    """
    if index < len(model.points):
        return with_constants(model.points[index], model.space)
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
