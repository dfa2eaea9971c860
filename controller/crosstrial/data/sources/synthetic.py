"""Source `synthetic`: generators of `sklearn.datasets`, the same data for the same parameters."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from crosstrial.data.sources.found import Found
from crosstrial.spec.data_sets import SyntheticData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task, Value
from crosstrial.spec.wording import choice

# Those that return features and one target.
GENERATORS: dict[str, Task] = {
    "make_blobs": "classification",
    "make_circles": "classification",
    "make_classification": "classification",
    "make_friedman1": "regression",
    "make_friedman2": "regression",
    "make_friedman3": "regression",
    "make_gaussian_quantiles": "classification",
    "make_hastie_10_2": "classification",
    "make_moons": "classification",
    "make_regression": "regression",
    "make_s_curve": "regression",
    "make_sparse_uncorrelated": "regression",
    "make_swiss_roll": "regression",
}
SEED = "random_state"
TARGET = "y"


def find(dataset: SyntheticData) -> Found:
    """Return what a generator makes; features are numbers x0, x1, ...

    `random_state` is 0 where the document gives none.

    Raises:
        InvalidError: no such generator or parameter, or the generator refuses.
    """
    task = GENERATORS.get(dataset.id)
    if task is None:
        raise InvalidError(f"there is no generator {dataset.id!r}", choice(dataset.id, GENERATORS))
    features, target = _made(dataset.id, dataset.params)
    return Found(
        features={f"x{column}": values for column, values in enumerate(features.T)},
        target=TARGET,
        values=target.astype(np.float64)
        if task == "regression"
        else [str(label) for label in target.tolist()],
    )


def _made(name: str, params: dict[str, Value]) -> tuple[Any, Any]:
    from sklearn import datasets  # noqa: PLC0415

    generator = getattr(datasets, name)
    _check_names(name, generator, params)
    try:
        made = generator(**{SEED: 0, **params})
    except (ValueError, TypeError, LookupError, ArithmeticError, MemoryError) as error:
        raise InvalidError(
            f"{name} refuses its params: {error}", f"see sklearn.datasets.{name}"
        ) from error
    if not _is_features_and_target(made):
        raise InvalidError(
            f"{name} with these params returns something else than features and one target",
            "leave out the params that change what it returns",
        )
    features, target = made
    return features, target


def _check_names(name: str, generator: Callable[..., Any], params: dict[str, Value]) -> None:
    known = inspect.signature(generator).parameters
    for param in params:
        if param not in known:
            raise InvalidError(f"{name} has no parameter {param!r}", choice(param, known))
    if params.get(SEED, 0) is None:
        raise InvalidError(
            f"{name} with {SEED} null makes other data each time", f"give {SEED} an integer"
        )


def _is_features_and_target(made: Any) -> bool:
    """Whether this is a matrix and a vector; a generator may also return its coefficients."""
    return isinstance(made, tuple) and [getattr(part, "ndim", None) for part in made] == [2, 1]
