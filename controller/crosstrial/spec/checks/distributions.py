"""Distributions: bounds in order, laws that exist, weights that weigh, multiples to round to."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, Location
from crosstrial.spec.multiples import multiples
from crosstrial.spec.node import compact_json
from crosstrial.spec.space import (
    Categorical,
    Constant,
    IntLogUniform,
    LogNorm,
    LogUniform,
    Norm,
    Numeric,
    OneOf,
    Parameter,
)
from crosstrial.spec.wording import number, shortened


def distribution_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield distributions that nothing can be drawn from, or not what was meant."""
    for at, model in experiment.placed_models().items():
        for name, parameter in model.space.items():
            yield from _mistakes(parameter, (*at, "space", name))


def _mistakes(parameter: Parameter, at: Location) -> Iterator[InvalidError]:
    match parameter:
        case Constant():
            return
        case Categorical(values=values, weights=weights):
            yield from _choices(list(values), weights, (*at, "values"))
        case OneOf(one_of=alternatives, weights=weights):
            told = [_told(alternative) for alternative in alternatives]
            yield from _choices(told, weights, (*at, "oneOf"))
            for position, alternative in enumerate(alternatives):
                yield from _alternative(alternative, (*at, "oneOf", position))
        case _:
            yield from _numeric(parameter, at)


def _alternative(alternative: Parameter, at: Location) -> Iterator[InvalidError]:
    if alternative.when:
        yield InvalidError(
            "an alternative has no condition of its own",
            "write `when` beside `oneOf`, or make it a parameter of its own",
            at=(*at, "when"),
        )
    yield from _mistakes(alternative, at)


def _told(alternative: Parameter) -> object:
    """Return what makes two alternatives the same."""
    return alternative.value if isinstance(alternative, Constant) else alternative.model_dump()


def _choices(
    values: Sequence[object], weights: Sequence[float] | None, at: Location
) -> Iterator[InvalidError]:
    if not values:
        yield InvalidError("is empty", "name at least one value", at=at)
    seen: set[str] = set()
    for position, value in enumerate(values):
        told = compact_json(value)
        if told in seen:
            yield InvalidError(
                f"{shortened(told)} stands here already",
                "remove it; `weights` favour a value",
                at=(*at, position),
            )
        seen.add(told)
    if weights is not None:
        yield from _weights(weights, len(values), (*at[:-1], "weights"))


def _weights(weights: Sequence[float], count: int, at: Location) -> Iterator[InvalidError]:
    if len(weights) != count:
        yield InvalidError(
            f"there are {len(weights)} weights for {count} values", "write one for each", at=at
        )
    for position, weight in enumerate(weights):
        if weight < 0:
            yield InvalidError(
                f"the weight {weight:g} is negative", "write 0 or more", at=(*at, position)
            )
    if not 0 < sum(weights) < math.inf and min(weights, default=0) >= 0:
        yield InvalidError("the weights have no finite sum above 0", "write such as [1, 2]", at=at)


def _numeric(numeric: Numeric, at: Location) -> Iterator[InvalidError]:
    low, high = numeric.min, numeric.max
    if low is not None and high is not None and low > high:
        yield InvalidError(
            f"min {number(low)} is greater than max {number(high)}",
            "exchange them",
            at=(*at, "min"),
        )
        return
    domain = list(_domain(numeric, at))
    yield from domain
    if domain or numeric.round is None:
        return
    if not multiples(numeric.round, low, high):
        yield InvalidError(
            f"no multiple of {number(numeric.round.to)} lies inside the bounds",
            "widen the bounds or choose a smaller `to`",
            at=(*at, "round"),
        )


def _domain(numeric: Numeric, at: Location) -> Iterator[InvalidError]:
    """Yield what a law is not defined for."""
    match numeric:
        case LogUniform(min=low) if low <= 0:
            yield InvalidError(
                f"min must be greater than 0 for log_uniform, not {low:g}",
                "a logarithm needs it; write such as 1e-3",
                at=(*at, "min"),
            )
        case IntLogUniform(min=low) if low < 1:
            yield InvalidError(
                f"min must be at least 1 for int_log_uniform, not {low}",
                "a logarithm needs it; add 0 as an alternative by `oneOf`",
                at=(*at, "min"),
            )
        case Norm(mean=mean, std=std, min=low, max=high):
            yield from _normal("std", mean, std, low, high, at)
        case LogNorm(mu=mu, sigma=sigma, min=low, max=high):
            lower = None if low is None or low <= 0 else math.log(low)
            upper = high if high is None else -math.inf if high <= 0 else math.log(high)
            yield from _normal("sigma", mu, sigma, lower, upper, at)


def _normal(
    spread_name: str,
    centre: float,
    spread: float,
    low: float | None,
    high: float | None,
    at: Location,
) -> Iterator[InvalidError]:
    if spread <= 0:
        yield InvalidError(
            f"{spread_name} must be greater than 0, not {spread:g}",
            "write a positive number, or a constant",
            at=(*at, spread_name),
        )
        return
    a = -math.inf if low is None else (low - centre) / spread
    b = math.inf if high is None else (high - centre) / spread
    if normal_mass(a, b) == 0:
        yield InvalidError(
            "the bounds leave nothing of the distribution",
            f"move them towards its middle, or raise {spread_name}",
            at=(*at, "max" if low is None else "min"),
        )


def normal_mass(a: float, b: float) -> float:
    """Return the mass of the standard normal law between `a` and `b`, exact in either tail."""
    if a > 1:
        return (math.erfc(a / math.sqrt(2)) - math.erfc(b / math.sqrt(2))) / 2
    if b < -1:
        return normal_mass(-b, -a)
    return (math.erf(b / math.sqrt(2)) - math.erf(a / math.sqrt(2))) / 2
