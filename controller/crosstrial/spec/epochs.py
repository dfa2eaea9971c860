"""Nodes for training by epochs and for early stopping; `epoch_ways` knows how a class does it."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from crosstrial.spec.node import Node

MOST_EPOCHS = 100_000
USUAL_POINTS = 256  # of a curve, where the document doesn't say `every`


class Epochs(Node):
    """A model is trained for `count` epochs and scored after every `every`-th and the last one.

    `by`: how it is trained on; None: the first way that its class has. `parameter`: the one that
    counts epochs, where it is not `n_estimators` or `max_iter`.
    """

    count: int = Field(ge=1, le=MOST_EPOCHS)
    every: int | None = Field(default=None, ge=1)
    by: Literal["partial_fit", "warm_start", "staged"] | None = None
    parameter: str | None = None

    @property
    def interval(self) -> int:
        """Epochs between two scores; by default so many that a curve has at most 256 points."""
        return self.every or -(-self.count // USUAL_POINTS)


class NoPruner(Node):
    """Every trial runs to its end."""

    kind: Literal["none"] = "none"


class MedianPruner(Node):
    """Stop a trial whose best score so far is below the others' median at the same epoch."""

    kind: Literal["median"]
    startup_trials: int = Field(default=5, ge=1)
    warmup_epochs: int = Field(default=0, ge=0)


class SuccessiveHalvingPruner(Node):
    """At each rung, minResource * reductionFactor ** n epochs, let the best fraction go on."""

    kind: Literal["successiveHalving"]
    min_resource: int = Field(default=1, ge=1)
    reduction_factor: int = Field(default=4, ge=2)
    min_early_stopping_rate: int = Field(default=0, ge=0, le=20)


class HyperbandPruner(Node):
    """Successive halving in brackets, which begin to prune at different epochs."""

    kind: Literal["hyperband"]
    min_resource: int = Field(default=1, ge=1)
    reduction_factor: int = Field(default=3, ge=2)


Pruner: TypeAlias = Annotated[
    NoPruner | MedianPruner | SuccessiveHalvingPruner | HyperbandPruner,
    Field(discriminator="kind"),
]
