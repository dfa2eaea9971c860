"""How an estimator class can be trained by epochs, and what then no space may name.

Used by the client to refuse what can't work; the worker trains by the same rule.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from crosstrial.spec.document import Model
from crosstrial.spec.epochs import Epochs
from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location
from crosstrial.spec.wording import choice, either

By: TypeAlias = Literal["partial_fit", "warm_start", "staged"]
WAYS: tuple[By, ...] = ("partial_fit", "warm_start", "staged")
COUNTERS = ("n_estimators", "max_iter")
WARM_START = "warm_start"


@dataclass(frozen=True)
class Way:
    """How a class is trained on, and the parameter that counts its epochs, if one does.

    `total`: the parameter counts all epochs, not those of one fit.
    """

    by: By
    parameter: str | None = None
    total: bool = True

    @property
    def prunable(self) -> bool:
        """Whether stopping saves anything: stages are known only after the whole fit."""
        return self.by != "staged"

    @property
    def reserved(self) -> tuple[str, ...]:
        """The parameters that a space can't have: epochs set them, or they would do nothing."""
        match self.by:
            case "partial_fit":
                return ("max_iter",)
            case "warm_start":
                return tuple(name for name in (self.parameter, WARM_START) if name)
            case "staged":
                return (self.parameter,) if self.parameter else ()


def way_of(epochs: Epochs, found: type) -> Way:
    """Return how a class is trained by epochs.

    Raises:
        InvalidError: it can't be, or not so; `at` is the place below `epochs`.
    """
    parameters = inspect.signature(found).parameters
    counter = epochs.parameter or next((name for name in COUNTERS if name in parameters), None)
    if epochs.parameter is not None and epochs.parameter not in parameters:
        raise InvalidError(
            f"{found.__name__} has no parameter {epochs.parameter}",
            choice(epochs.parameter, parameters),
            at=("parameter",),
        )
    ways = _ways(found, counter)
    if epochs.by is None:
        fit = [by for by in ways if by != "partial_fit" or epochs.parameter is None]
        if not fit:
            raise InvalidError(
                f"{found.__name__} cannot be trained by epochs: it has no partial_fit, and no"
                " warm_start or staged_predict with n_estimators or max_iter",
                "leave `epochs` out, or choose another class",
            )
        return ways[fit[0]]
    if epochs.by not in ways:
        raise InvalidError(
            f"{found.__name__} cannot be trained by {epochs.by}",
            f"write `by: {either(list(ways))}`" if ways else "leave `epochs` out",
            at=("by",),
        )
    return ways[epochs.by]


def _ways(found: type, counter: str | None) -> dict[By, Way]:
    """Return the ways that a class has, the one first that begins with the least detours."""
    parameters = inspect.signature(found).parameters
    staged = callable(getattr(found, "staged_predict", None))
    ways: dict[By, Way] = {}
    if callable(getattr(found, "partial_fit", None)):
        ways["partial_fit"] = Way("partial_fit")
    if counter is not None and WARM_START in parameters:
        # Linear models and networks count the iterations of each fit, ensembles all of them.
        ways["warm_start"] = Way("warm_start", counter, total=counter != "max_iter" or staged)
    if counter is not None and staged:
        ways["staged"] = Way("staged", counter)
    return ways


def epoch_mistakes(model: Model, found: type) -> Iterator[InvalidError]:
    """Yield why a class can't be trained by a model's epochs, and what its space can't name."""
    if model.epochs is None:
        return
    try:
        way = way_of(model.epochs, found)
    except InvalidError as error:
        yield error.below(("epochs",))
        return
    for at in _named(model):
        if at[-1] in way.reserved:
            yield InvalidKeyError(
                f"{at[-1]} is set by `epochs`"
                if way.by != "partial_fit"
                else f"{at[-1]} has no effect beside `epochs`, which trains {found.__name__} by"
                " partial_fit",
                "leave it out; `epochs: {count: ...}` says how many",
                at=at,
            )


def _named(model: Model) -> Iterator[Location]:
    yield from (("space", name) for name in model.space)
    for position, point in enumerate(model.points):
        yield from (("points", position, name) for name in point)
