"""Preprocessing, fitted on the training part of each split, and the estimator around it.

The rules are the document's: `preprocess` of a model. The steps are scikit-learn's; the nominal
columns come as codes of sorted values, which gives the same columns as the values would.
"""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import TransformedTargetRegressor
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)

from crosstrial.data.splits import Split
from crosstrial.spec.document import Preprocess
from crosstrial.spec.node import Task, Value
from crosstrial_trial.arrays import Arrays

Features = Any  # a float64 array, or a frame where categories are native
QUANTILES = 1000
QUANTILE_SEED = 0  # the scaler samples rows of large data: the same ones each time


class Parts(NamedTuple):
    """The three parts of a split."""

    train: Any
    validation: Any
    test: Any


class ParametersError(Exception):
    """The estimator can't be made from these parameters; `__cause__` says why."""


def parts_of(array: NDArray[Any], split: Split) -> Parts:
    """Return the rows of each part."""
    return Parts(array[split.train], array[split.validation], array[split.test])


def features(arrays: Arrays, split: Split, preprocess: Preprocess) -> Parts:
    """Return what the estimator sees of each part: numeric columns, then nominal ones."""
    numeric, names = _numeric(arrays, split, preprocess)
    nominal = parts_of(arrays.nominal, split)
    if preprocess.encode == "native":
        return Parts(*(_frame(arrays, names, *pair) for pair in zip(numeric, nominal, strict=True)))
    if not arrays.nominal_names:
        return numeric
    encoded = _transformed([_encoder(preprocess)], nominal)
    return Parts(*(np.hstack(pair) for pair in zip(numeric, encoded, strict=True)))


def _numeric(arrays: Arrays, split: Split, preprocess: Preprocess) -> tuple[Parts, tuple[str, ...]]:
    """Return the numeric columns and their names; a column without any value is dropped."""
    parts = parts_of(arrays.numeric, split)
    names = arrays.numeric_names
    if not names:
        return parts, names
    steps = _numeric_steps(preprocess, len(parts.train))
    transformed = _transformed(steps, parts)
    if preprocess.impute != "none":
        names = tuple(steps[0].get_feature_names_out(np.array(names, dtype=object)))
    return transformed, names


def _numeric_steps(preprocess: Preprocess, rows: int) -> list[Any]:
    steps: list[Any] = []
    if preprocess.impute != "none":
        steps.append(SimpleImputer(strategy=preprocess.impute))
    match preprocess.scale:
        case "standard":
            steps.append(StandardScaler())
        case "robust":
            steps.append(RobustScaler())
        case "quantile":
            quantiles = min(QUANTILES, rows)
            steps.append(QuantileTransformer(n_quantiles=quantiles, random_state=QUANTILE_SEED))
    return steps


def _encoder(preprocess: Preprocess) -> Any:
    if preprocess.encode == "onehot":
        return OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)


def _transformed(steps: list[Any], parts: Parts) -> Parts:
    """Fit each step on the training part and pass all parts through it."""
    for step in steps:
        parts = Parts(
            step.fit_transform(parts.train),
            step.transform(parts.validation),
            step.transform(parts.test),
        )
    return parts


def _frame(
    arrays: Arrays,
    names: tuple[str, ...],
    numeric: NDArray[np.float64],
    nominal: NDArray[np.int32],
) -> pd.DataFrame:
    columns: dict[str, Any] = dict(zip(names, numeric.T, strict=True))
    for position, name in enumerate(arrays.nominal_names):
        columns[name] = pd.Categorical.from_codes(
            nominal[:, position], categories=pd.Index(arrays.categories[position], dtype=object)
        )
    return pd.DataFrame(columns)


def takes_random_state(estimator: type) -> bool:
    """Whether the constructor has a parameter `random_state`."""
    return "random_state" in inspect.signature(estimator).parameters


def build_estimator(estimator: type, parameters: dict[str, Value]) -> Any:
    """Return an unfitted estimator; parameters of its parts are named `part__parameter`.

    Raises:
        ParametersError: the class refuses the parameters.
    """
    own = {name: value for name, value in parameters.items() if "__" not in name}
    of_parts = {name: value for name, value in parameters.items() if "__" in name}
    try:
        built = estimator(**own)
        return built.set_params(**of_parts) if of_parts else built
    except Exception as error:
        raise ParametersError(str(error)) from error


def with_target(estimator: Any, preprocess: Preprocess, task: Task) -> Any:
    """Return the estimator, trained on a scaled target where that is asked for and makes sense."""
    if task == "regression" and preprocess.target == "standard":
        return TransformedTargetRegressor(regressor=estimator, transformer=StandardScaler())
    return estimator
