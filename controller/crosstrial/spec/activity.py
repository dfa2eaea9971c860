"""Which parameters of a space are active, given the values of their parents.

`decide.draw` draws by these rules, `checks` holds points and conditions against them.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from crosstrial.spec.node import Value, compact_json
from crosstrial.spec.space import Constant, Parameter, Point, Space


def parents_first(space: Space) -> list[str]:
    """Return the parameters' names, each after those that its `when` names.

    Raises:
        graphlib.CycleError: conditions go in a circle; documents with one are refused.
    """
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


def with_constants(written: Point, space: Space) -> Point:
    """Return a written point with the space's constants, those that its values activate."""
    complete = dict(written)
    for name in parents_first(space):
        parameter = space[name]
        if name in complete or not isinstance(parameter, Constant):
            continue
        if is_active(parameter, complete):
            complete[name] = parameter.value
    return complete
