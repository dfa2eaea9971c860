"""Draw a model's configurations from uniform numbers, one for each parameter that is active.

Each parameter's number is named by its path; `laws` turns it into a value. For `random` point i
depends on (seed, model, i) alone, on every machine. Neighbours: `sequences` and `tpe` have other
numbers, `designs` puts them in a row, `samplers` chooses among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from numpy.random import PCG64, Generator

from crosstrial.decide.laws import choice, quantile
from crosstrial.domain.seeds import stream_seed
from crosstrial.spec.activity import is_active, parents_first, with_constants
from crosstrial.spec.document import Model
from crosstrial.spec.node import Value
from crosstrial.spec.space import Categorical, Constant, Numeric, OneOf, Parameter, Point, Space

# They stand for 0 and 1, where inverse distribution functions are infinite.
SMALLEST_UNIFORM = 2.0**-54
LARGEST_UNIFORM = 1.0 - 2.0**-53

# The uniform number in (0, 1) of each path.
Uniforms: TypeAlias = Callable[[str], float]
# What takes such a number.
Path: TypeAlias = Categorical | Numeric | OneOf


def point(model: Model, *, seed: int, index: int) -> Point:
    """Return configuration `index` of a model: one of its points as written, or a draw.

    A written point is completed by the space's constants, those that its values activate.
    """
    if index < len(model.points):
        return with_constants(model.points[index], model.space)
    return draw(model.space, seed=seed, model=model.name, index=index)


def draw(space: Space, *, seed: int, model: str, index: int) -> Point:
    """Return the active parameters of random draw `index`, in the order in which they are written.

    Raises:
        graphlib.CycleError: conditions go in a circle; documents with one are refused.
    """
    return drawn(space, lambda path: uniform(seed, model, index, path))


def drawn(space: Space, uniforms: Uniforms) -> Point:
    """Return the active parameters that the uniform numbers come to, in their written order.

    Raises:
        graphlib.CycleError: conditions go in a circle; documents with one are refused.
    """
    values: Point = {}
    for name in parents_first(space):
        if is_active(space[name], values):
            values[name] = _value(space[name], uniforms, name)
    return {name: values[name] for name in space if name in values}


def uniform(seed: int, model: str, index: int, path: str) -> float:
    """Return the uniform number in (0, 1) that belongs to one parameter of one random draw."""
    generator = Generator(PCG64(stream_seed(seed, model, index, path)))
    return generator.random() or SMALLEST_UNIFORM


def paths(space: Space) -> dict[str, Path]:
    """Return what takes a uniform number, by its path, in the order in which it is written."""
    return dict(_paths(space.items()))


def alternative_path(path: str, position: int) -> str:
    """Return the path of one alternative of a `oneOf`."""
    return f"{path}/{position}"


def _paths(parameters: Iterable[tuple[str, Parameter]]) -> Iterator[tuple[str, Path]]:
    for path, parameter in parameters:
        if isinstance(parameter, Constant):
            continue
        yield path, parameter
        if isinstance(parameter, OneOf):
            yield from _paths(
                (alternative_path(path, position), alternative)
                for position, alternative in enumerate(parameter.one_of)
            )


def _value(parameter: Parameter, uniforms: Uniforms, path: str) -> Value:
    if isinstance(parameter, Constant):
        return parameter.value
    u = uniforms(path)
    if not isinstance(parameter, OneOf):
        return quantile(parameter, u)
    position = choice(len(parameter.one_of), parameter.weights, u)
    return _value(parameter.one_of[position], uniforms, alternative_path(path, position))
