"""Values: what estimators and generators are given is null, bool, number, string or a list."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.data_sets import SyntheticData
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, Location
from crosstrial.spec.node import Value
from crosstrial.spec.space import Categorical, Constant, OneOf, Parameter


def value_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield every mapping where only a plain value may stand."""
    for at, value in _values(experiment):
        yield from _mappings(value, at)


def _values(experiment: Experiment) -> Iterator[tuple[Location, Value]]:
    for at, dataset in experiment.placed_data_sets().items():
        if isinstance(dataset, SyntheticData):
            yield from (((*at, "params", key), value) for key, value in dataset.params.items())
    for at, model in experiment.placed_models().items():
        for position, point in enumerate(model.points):
            yield from (((*at, "points", position, key), v) for key, v in point.items())
        for name, parameter in model.space.items():
            yield from _parameter_values(parameter, (*at, "space", name))


def _parameter_values(parameter: Parameter, at: Location) -> Iterator[tuple[Location, Value]]:
    yield from (((*at, "when", parent), list(values)) for parent, values in parameter.when.items())
    match parameter:
        case Constant(value=value):
            yield (*at, "value"), value
        case Categorical(values=values):
            yield (*at, "values"), list(values)
        case OneOf(one_of=alternatives):
            for position, alternative in enumerate(alternatives):
                yield from _parameter_values(alternative, (*at, "oneOf", position))


def _mappings(value: Value, at: Location) -> Iterator[InvalidError]:
    if isinstance(value, dict):
        yield InvalidError(
            "a value cannot be a mapping",
            "write null, true or false, a number, a string, or a list of these",
            at=at,
        )
    if isinstance(value, list):
        for position, item in enumerate(value):
            yield from _mappings(item, (*at, position))
