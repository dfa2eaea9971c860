"""A model's hyperparameter space: distributions, choices among them, and conditions.

Parsed forms only; `crosstrial.decide.draw` draws from them.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, Tag

from crosstrial.spec.node import Items, Node, Value


class Rounding(Node):
    """Round to decimal multiples of `to`, counted from zero; an integral `to` gives an int."""

    mode: Literal["half_up", "floor", "ceil"]
    to: float = Field(gt=0)


class Conditional(Node):
    """What stands beside `distribution` or `oneOf`: the parents' values that activate it."""

    when: dict[str, Items[Value]] = Field(default_factory=dict)


class Constant(Conditional):
    """Always `value`."""

    distribution: Literal["constant"] = "constant"
    value: Value


class Categorical(Conditional):
    """One of `values`, by `weights` (relative, default equal)."""

    distribution: Literal["categorical"]
    values: Items[Value]
    weights: Items[float] | None = None


class IntUniform(Conditional):
    """Integers from `min` to `max`, both ends included."""

    distribution: Literal["int_uniform"]
    min: int
    max: int
    round: Rounding | None = None


class IntLogUniform(Conditional):
    """Integers from `min` to `max`, both ends included, uniform in the logarithm."""

    distribution: Literal["int_log_uniform"]
    min: int
    max: int
    round: Rounding | None = None


class FloatUniform(Conditional):
    """Real numbers between `min` and `max`."""

    distribution: Literal["float_uniform"]
    min: float
    max: float
    round: Rounding | None = None


class LogUniform(Conditional):
    """Real numbers between `min` > 0 and `max`, uniform in the logarithm."""

    distribution: Literal["log_uniform"]
    min: float
    max: float
    round: Rounding | None = None


class Norm(Conditional):
    """The normal law, truncated to the bounds where they are given."""

    distribution: Literal["norm"]
    mean: float
    std: float
    min: float | None = None
    max: float | None = None
    round: Rounding | None = None


class LogNorm(Conditional):
    """exp of a normal law with `mu` and `sigma` (natural logarithm); bounds are on the value."""

    distribution: Literal["log_norm"]
    mu: float
    sigma: float
    min: float | None = None
    max: float | None = None
    round: Rounding | None = None


Numeric: TypeAlias = IntUniform | IntLogUniform | FloatUniform | LogUniform | Norm | LogNorm
Distribution: TypeAlias = Annotated[
    Constant | Categorical | Numeric, Field(discriminator="distribution")
]


class OneOf(Conditional):
    """A choice among alternatives, by `weights`; a bare alternative is a `Constant`."""

    one_of: Items[Distribution]
    weights: Items[float] | None = None


def _form(written: object) -> str:
    """Tell a choice from a distribution, so that mistakes are told of what was meant."""
    if isinstance(written, dict):
        return "oneOf" if "oneOf" in written or "one_of" in written else "distribution"
    return "oneOf" if isinstance(written, OneOf) else "distribution"


Parameter: TypeAlias = Annotated[
    Annotated[Distribution, Tag("distribution")] | Annotated[OneOf, Tag("oneOf")],
    Discriminator(_form),
]
# Parameters in the order they are written; a bare value has become a Constant.
Space: TypeAlias = dict[str, Parameter]
# One configuration: active parameters only.
Point: TypeAlias = dict[str, Value]
