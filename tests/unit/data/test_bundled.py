"""scikit-learn's own data sets, cell by cell those of its loaders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sklearn import datasets

from crosstrial.data.sources import resolve
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import SklearnData
from crosstrial.spec.errors import InvalidError


def bundled(name: str) -> Table:
    return resolve(SklearnData(name="it", source="sklearn", id=name), folder=Path())


@pytest.mark.parametrize(
    ("name", "classes"),
    [("breast_cancer", 2), ("iris", 3), ("wine", 3), ("digits", 10), ("diabetes", None)],
)
def test_features_and_codes_are_scikit_learn_s(name: str, classes: int | None) -> None:
    table = bundled(name)
    features, target = getattr(datasets, f"load_{name}")(return_X_y=True)
    np.testing.assert_array_equal(table.frame.to_numpy(), features)
    np.testing.assert_array_equal(table.target, target)
    known = table.schema.classes
    assert known == (None if classes is None else tuple(str(code) for code in range(classes)))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("breast-cancer", "did you mean breast_cancer?"),
        ("california_housing", "choose breast_cancer, diabetes, digits, iris or wine"),
        ("linnerud", "choose breast_cancer"),
    ],
)
def test_an_unknown_one_is_told(name: str, remedy: str) -> None:
    with pytest.raises(InvalidError) as caught:
        bundled(name)
    assert caught.value.message == f"data set it: scikit-learn carries no data set {name!r}"
    assert remedy in str(caught.value.remedy)
