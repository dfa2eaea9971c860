"""What an estimator sees of each part, rule by rule; scores as a whole are checked elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from crosstrial.data.splits import Split
from crosstrial.data.table import Column, Schema, make_table
from crosstrial.spec.document import Preprocess
from crosstrial_trial.arrays import MISSING, Arrays, map_arrays, save_arrays
from crosstrial_trial.pipeline import (
    ParametersError,
    build_estimator,
    features,
    takes_random_state,
    with_target,
)

pytestmark = pytest.mark.filterwarnings("ignore:Skipping features without any observed values")

SPLIT = Split(0, 0, np.arange(0, 6), np.arange(6, 8), np.arange(8, 10))
NUMBERS = [0.0, 1.0, 2.0, np.nan, 3.0, 9.0, np.nan, 1.0, -5.0, 100.0]
WORDS = ["b", "a", None, "b", "a", "b", "c", None, "a", "b"]


@pytest.fixture
def arrays(tmp_path: Path) -> Arrays:
    """A nominal column between two numeric ones, the last of which is empty in training."""
    frame = pd.DataFrame({"x": NUMBERS, "w": WORDS, "z": [np.nan] * 6 + [1.0] * 4})
    kinds = (Column("x", "numeric"), Column("w", "nominal"), Column("z", "numeric"))
    table = make_table(frame, Schema(kinds, "y", "regression", None), np.arange(10.0))
    save_arrays(table, tmp_path)
    return map_arrays(tmp_path)


def rows(part: Any) -> list[list[float]]:
    return [list(map(float, row)) for row in part]


def test_arrays_are_shared_not_copied(arrays: Arrays) -> None:
    assert all(
        isinstance(array, np.memmap) for array in (arrays.numeric, arrays.nominal, arrays.target)
    )
    assert arrays.numeric_names == ("x", "z")
    assert arrays.categories == (("a", "b", "c", MISSING),)


def test_the_name_of_missing_is_no_value(tmp_path: Path) -> None:
    frame = pd.DataFrame({"w": [MISSING, None]})
    schema = Schema((Column("w", "nominal"),), "y", "regression", None)
    save_arrays(make_table(frame, schema, np.arange(2.0)), tmp_path)
    assert map_arrays(tmp_path).categories == ((MISSING, f"({MISSING})"),)


def test_numeric_columns_come_first_then_one_column_a_known_category(arrays: Arrays) -> None:
    train, validation, test = features(arrays, SPLIT, Preprocess())
    # The median of the training part is 2; "z" has no value there and is left out.
    assert rows(train)[:3] == [[0, 0, 1, 0], [1, 1, 0, 0], [2, 0, 0, 1]]
    assert rows(validation) == [[2, 0, 0, 0], [1, 0, 0, 1]]
    assert rows(test) == [[-5, 1, 0, 0], [100, 0, 1, 0]]
    assert train.dtype == np.float64


def test_ordinal_codes_have_missing_last_and_unknown_below(arrays: Arrays) -> None:
    train, validation, _ = features(arrays, SPLIT, Preprocess(encode="ordinal", impute="mean"))
    assert rows(train)[:4] == [[0, 1], [1, 0], [2, 2], [3, 1]]
    assert rows(validation) == [[3, -1], [1, 2]]


def test_native_categories_keep_their_names(arrays: Arrays) -> None:
    train, validation, _ = features(arrays, SPLIT, Preprocess(encode="native", impute="none"))
    assert list(train.columns) == ["x", "z", "w"]
    assert list(train["w"][:3]) == ["b", "a", MISSING]
    assert isinstance(train["w"].dtype, pd.CategoricalDtype)
    assert list(validation["w"].cat.categories) == ["a", "b", "c", MISSING]
    assert np.isnan(train["x"][3])


def test_native_leaves_out_what_the_imputer_does(arrays: Arrays) -> None:
    train, _, _ = features(arrays, SPLIT, Preprocess(encode="native"))
    assert list(train.columns) == ["x", "w"]


FILLED = np.array([0.0, 1.0, 2.0, 2.0, 3.0, 9.0])  # "x" in the training part


@pytest.mark.parametrize(
    ("scale", "middle", "width"),
    [
        pytest.param("standard", FILLED.mean(), FILLED.std(), id="standard"),
        pytest.param("robust", 2.0, 2.75 - 1.25, id="robust"),
    ],
)
def test_scaling_is_fitted_on_the_training_part(
    arrays: Arrays, scale: Any, middle: float, width: float
) -> None:
    train, _, test = features(arrays, SPLIT, Preprocess(scale=scale))
    assert train[:, 0] == pytest.approx((FILLED - middle) / width)
    assert test[:, 0] == pytest.approx((np.array([-5.0, 100.0]) - middle) / width)


def test_quantiles_are_at_most_the_rows_and_reach_from_0_to_1(
    arrays: Arrays, recwarn: pytest.WarningsRecorder
) -> None:
    train, _, test = features(arrays, SPLIT, Preprocess(scale="quantile"))
    assert (train[:, 0].min(), train[:, 0].max()) == (0, 1)
    assert list(test[:, 0]) == [0, 1]
    assert not [w for w in recwarn if "n_quantiles" in str(w.message)]


def test_only_nominal_columns(tmp_path: Path) -> None:
    frame = pd.DataFrame({"w": WORDS})
    schema = Schema((Column("w", "nominal"),), "y", "regression", None)
    save_arrays(make_table(frame, schema, np.arange(10.0)), tmp_path)
    train, _, _ = features(map_arrays(tmp_path), SPLIT, Preprocess())
    assert train.shape == (6, 3)


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        pytest.param({"depth": 3}, "depth", id="unknown"),
        pytest.param({"C__x": 3}, "set_params", id="of a part that is none"),
    ],
)
def test_what_the_class_refuses_is_told_apart(parameters: dict[str, Any], words: str) -> None:
    with pytest.raises(ParametersError, match=words):
        build_estimator(SVC, parameters)


def test_parameters_of_parts_are_set() -> None:
    built = build_estimator(
        TransformedTargetRegressor, {"regressor": LinearRegression(), "regressor__positive": True}
    )
    assert built.regressor.positive


def test_random_state_is_known_from_the_constructor() -> None:
    assert takes_random_state(RandomForestClassifier)
    assert not takes_random_state(KNeighborsClassifier)


@pytest.mark.parametrize(
    ("task", "target", "wrapped"),
    [
        pytest.param("regression", "standard", True, id="scaled"),
        pytest.param("regression", "none", False, id="not asked for"),
        pytest.param("classification", "standard", False, id="ignored for classes"),
    ],
)
def test_the_target_is_scaled_for_regression_only(task: Any, target: Any, wrapped: bool) -> None:
    model = with_target(LinearRegression(), Preprocess(target=target), task)
    assert isinstance(model, TransformedTargetRegressor) is wrapped
