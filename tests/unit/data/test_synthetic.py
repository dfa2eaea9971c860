"""Generated data: the generator's own values, the same each time, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn import datasets

from crosstrial.data.sources import resolve
from crosstrial.data.sources.synthetic import GENERATORS
from crosstrial.data.table import Table
from crosstrial.spec.data_sets import SyntheticData
from crosstrial.spec.errors import InvalidError


def generated(name: str, **params: Any) -> Table:
    dataset = SyntheticData(name="it", source="synthetic", id=name, params=params)
    return resolve(dataset, folder=Path())


@pytest.mark.parametrize("name", GENERATORS)
def test_every_generator_makes_what_scikit_learn_makes(name: str) -> None:
    table = generated(name, n_samples=60, random_state=3)
    features, target = getattr(datasets, name)(n_samples=60, random_state=3)
    np.testing.assert_array_equal(table.frame.to_numpy(), features + 0.0)
    assert list(table.frame.columns) == [f"x{n}" for n in range(features.shape[1])]
    if table.schema.classes is None:
        np.testing.assert_array_equal(table.target, target)
    else:
        assert [float(table.schema.classes[code]) for code in table.target] == target.tolist()


def test_the_seed_is_0_where_none_is_given() -> None:
    params = {"n_samples": 50, "n_features": 5}
    assert (
        generated("make_regression", **params).digest
        == generated("make_regression", **params, random_state=0).digest
    )
    assert (
        generated("make_regression", **params).digest
        != generated("make_regression", **params, random_state=1).digest
    )


@pytest.mark.parametrize(
    ("name", "params", "message", "remedy"),
    [
        ("make_clasification", {}, "no generator 'make_clasification'", "make_classification?"),
        ("make_multilabel_classification", {}, "no generator", "did you mean"),
        ("load_iris", {}, "no generator 'load_iris'", "choose one such as make_blobs"),
        (
            "make_moons", {"n_sample": 9}, "make_moons has no parameter 'n_sample'",
            "did you mean n_samples?",
        ),
        (
            "make_moons", {"random_state": None}, "makes other data each time",
            "give random_state an integer",
        ),
        (
            "make_classification", {"n_classes": 9}, "make_classification refuses its params",
            "see sklearn.datasets.make_classification",
        ),
        (
            "make_moons", {"n_samples": "many"}, "make_moons refuses its params",
            "see sklearn.datasets.make_moons",
        ),
        ("make_regression", {"coef": True}, "something else than features", "leave out"),
        ("make_regression", {"n_targets": 2}, "something else than features", "leave out"),
        ("make_classification", {"return_X_y": False}, "something else than", "leave out"),
        ("make_blobs", {"n_samples": 3}, "it has 3 rows", "more rows"),
        ("make_blobs", {"centers": 1}, "target y is '0' in every row", "another target"),
    ],
)  # fmt: skip
def test_what_is_refused(name: str, params: dict[str, Any], message: str, remedy: str) -> None:
    with pytest.raises(InvalidError) as caught:
        generated(name, **params)
    assert message in caught.value.message
    assert remedy in str(caught.value.remedy)
