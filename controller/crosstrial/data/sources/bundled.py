"""Source `sklearn`: the data sets that scikit-learn carries; nothing is downloaded."""

from __future__ import annotations

import numpy as np

from crosstrial.data.sources.found import Found
from crosstrial.spec.data_sets import SklearnData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task
from crosstrial.spec.wording import choice

# What `load_<id>` has, with one target each (linnerud has three).
CARRIED: dict[str, Task] = {
    "breast_cancer": "classification",
    "diabetes": "regression",
    "digits": "classification",
    "iris": "classification",
    "wine": "classification",
}
TARGET = "target"


def find(dataset: SklearnData) -> Found:
    """Return a data set that scikit-learn carries; all features are numbers.

    Classes keep scikit-learn's codes as their names (`0`, `1`), so that splits and scores are
    those of the plain library.

    Raises:
        InvalidError: there is none of this id.
    """
    task = CARRIED.get(dataset.id)
    if task is None:
        raise InvalidError(
            f"scikit-learn carries no data set {dataset.id!r}", choice(dataset.id, CARRIED)
        )
    from sklearn import datasets  # noqa: PLC0415

    loaded = getattr(datasets, f"load_{dataset.id}")()
    columns = np.asarray(loaded.data, dtype=np.float64).T
    return Found(
        features=dict(zip(map(str, loaded.feature_names), columns, strict=True)),
        target=TARGET,
        values=np.asarray(loaded.target, dtype=np.float64)
        if task == "regression"
        else [str(label) for label in loaded.target.tolist()],
    )
