"""How a document may split data: outer protocols for testing, the inner one for validation.

`data.splits` makes the splits.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from crosstrial.spec.node import Node


class HoldoutSplit(Node):
    """`repeats` random splits, each with the fraction `test` for testing."""

    kind: Literal["holdout"] = "holdout"
    test: float = Field(default=0.2, gt=0, lt=1)
    repeats: int = Field(default=1, ge=1, le=1000)


class KFoldSplit(Node):
    """`repeats` times k-fold cross-validation."""

    kind: Literal["kfold"]
    folds: int = Field(ge=2, le=1000)
    repeats: int = Field(default=1, ge=1, le=1000)


class GroupsSplit(Node):
    """K-fold cross-validation in which the rows of a group stay together."""

    kind: Literal["groups"]
    folds: int = Field(ge=2, le=1000)
    repeats: int = Field(default=1, ge=1, le=1000)


class TimeSplit(Node):
    """`folds` times: train on what was earlier, test on what came next."""

    kind: Literal["time"]
    folds: int = Field(ge=1, le=1000)


class OpenmlSplit(Node):
    """The splits that OpenML has recorded for each task."""

    kind: Literal["openml"]


class InnerSplit(Node):
    """The validation part, taken from each outer training part."""

    kind: Literal["holdout"] = "holdout"
    validation: float = Field(default=0.2, gt=0, lt=1)


OuterSplit: TypeAlias = Annotated[
    HoldoutSplit | KFoldSplit | GroupsSplit | TimeSplit | OpenmlSplit, Field(discriminator="kind")
]
