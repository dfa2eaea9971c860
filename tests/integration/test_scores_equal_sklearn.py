"""Scores of real workers equal those of a plain scikit-learn script.

The script derives seeds, splits and preprocessing by itself, from the contract; of crosstrial it
is told the digest of the data alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer, TransformedTargetRegressor
from sklearn.ensemble import (
    ExtraTreesRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.metrics import get_scorer
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    OneHotEncoder,
    OrdinalEncoder,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.svm import SVC, SVR

from crosstrial.data.table import Column, Schema, Table, make_table
from crosstrial.domain.batch import BatchModel, Entry
from crosstrial.spec.document import Evaluation, Metrics, Preprocess
from crosstrial.spec.splitting import HoldoutSplit, KFoldSplit
from support.worker import Workers, store_uri, workers

__all__ = ["store_uri", "workers"]

ROWS = 240
SPEC_SEED = 7
SPLIT_SEED = 3
METRICS = Metrics(
    classification=("balanced_accuracy", "accuracy", "f1_macro"),
    regression=("neg_root_mean_squared_error", "r2"),
)


# The plain script.


def seed_of(*parts: Any) -> int:
    text = json.dumps(list(parts), separators=(",", ":"), ensure_ascii=False)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


def splits(target: Any, digest: str, task: str, folds: int | None) -> Iterator[Any]:
    """Yield (training, validation, test) positions; `folds` None: holdout with 2 repeats."""
    shuffle = StratifiedShuffleSplit if task == "classification" else ShuffleSplit
    kfold = StratifiedKFold if task == "classification" else KFold
    for repeat in range(2 if folds is None else 1):
        seed = seed_of(SPLIT_SEED, digest, "outer", repeat)
        outer = (
            shuffle(1, test_size=0.25, random_state=seed)
            if folds is None
            else kfold(folds, shuffle=True, random_state=seed)
        )
        for fold, (rest, test) in enumerate(outer.split(target, target)):
            seed = seed_of(SPLIT_SEED, digest, "inner", repeat, fold)
            inner = shuffle(1, test_size=0.2, random_state=seed)
            training, validation = next(inner.split(rest, target[rest]))
            yield rest[training], rest[validation], test


def numeric(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame if frame[name].dtype == float]


def nominal(frame: pd.DataFrame) -> list[str]:
    return [name for name in frame if frame[name].dtype != float]


def columns(frame: pd.DataFrame, scaling: Any, encoding: Any) -> ColumnTransformer:
    missing_is_a_category = SimpleImputer(strategy="constant", fill_value="zzz")
    return ColumnTransformer(
        [
            ("numeric", scaling, numeric(frame)),
            ("nominal", make_pipeline(missing_is_a_category, encoding), nominal(frame)),
        ]
    )


def onehot() -> OneHotEncoder:
    return OneHotEncoder(handle_unknown="ignore", sparse_output=False)


def ordinal() -> OrdinalEncoder:
    return OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1)


def native(frame: pd.DataFrame) -> pd.DataFrame:
    filled = {name: frame[name].fillna("zzz").astype("category") for name in nominal(frame)}
    return pd.DataFrame({**{name: frame[name] for name in numeric(frame)}, **filled})


def forest(frame: pd.DataFrame, seed: int) -> Any:
    model = RandomForestClassifier(n_estimators=12, max_features=0.5, random_state=seed)
    return make_pipeline(columns(frame, SimpleImputer(strategy="median"), ordinal()), model)


def svm(frame: pd.DataFrame, seed: int) -> Any:
    scaling = make_pipeline(SimpleImputer(strategy="mean"), StandardScaler())
    model = SVC(C=2.5, kernel="poly", degree=2, random_state=seed)
    return make_pipeline(columns(frame, scaling, onehot()), model)


def boosting(_frame: pd.DataFrame, seed: int) -> Any:
    return HistGradientBoostingClassifier(max_iter=8, max_leaf_nodes=5, random_state=seed)


def scaled_target(model: Any) -> Any:
    return TransformedTargetRegressor(model, transformer=StandardScaler())


def svr(frame: pd.DataFrame, _seed: int) -> Any:
    scaling = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    return scaled_target(make_pipeline(columns(frame, scaling, onehot()), SVR(C=10.0)))


def ridge(frame: pd.DataFrame, _seed: int) -> Any:
    quantiles = QuantileTransformer(n_quantiles=len(frame), random_state=0)
    scaling = make_pipeline(SimpleImputer(strategy="median"), quantiles)
    return make_pipeline(columns(frame, scaling, onehot()), Ridge(alpha=0.5, random_state=11))


def extra_trees(frame: pd.DataFrame, seed: int) -> Any:
    scaling = make_pipeline(SimpleImputer(strategy="mean"), RobustScaler())
    model = ExtraTreesRegressor(n_estimators=9, random_state=seed)
    return scaled_target(make_pipeline(columns(frame, scaling, ordinal()), model))


# What is asked of crosstrial, beside the script's way to the same.


@dataclass(frozen=True)
class Case:
    estimator: str
    preprocess: Preprocess
    parameters: dict[str, Any]
    plain: Callable[[pd.DataFrame, int], Any]
    convert: Callable[[pd.DataFrame], pd.DataFrame] = lambda frame: frame


CLASSIFICATION = {
    "forest": Case(
        "sklearn.ensemble.RandomForestClassifier",
        Preprocess(encode="ordinal"),
        {"n_estimators": 12, "max_features": 0.5},
        forest,
    ),
    "svm": Case(
        "sklearn.svm.SVC",
        Preprocess(impute="mean", scale="standard", target="standard"),
        {"C": 2.5, "kernel": "poly", "degree": 2},
        svm,
    ),
    "boosting": Case(
        "sklearn.ensemble.HistGradientBoostingClassifier",
        Preprocess(impute="none", encode="native"),
        {"max_iter": 8, "max_leaf_nodes": 5},
        boosting,
        native,
    ),
}
REGRESSION = {
    "svr": Case(
        "sklearn.svm.SVR",
        Preprocess(scale="standard", target="standard"),
        {"C": 10.0},
        svr,
    ),
    "ridge": Case(
        "sklearn.linear_model.Ridge",
        Preprocess(scale="quantile"),
        {"alpha": 0.5, "random_state": 11},
        ridge,
    ),
    "trees": Case(
        "sklearn.ensemble.ExtraTreesRegressor",
        Preprocess(impute="mean", encode="ordinal", scale="robust", target="standard"),
        {"n_estimators": 9},
        extra_trees,
    ),
}


def raw_frame() -> pd.DataFrame:
    """Mixed columns, missing values in both kinds, and a category that is seen once."""
    generator = np.random.default_rng(1)
    colours = generator.choice(["red", "green", "blue"], ROWS).astype(object)
    colours[5] = "rare"
    colours[generator.random(ROWS) < 0.1] = None
    height = generator.normal(size=ROWS)
    height[generator.random(ROWS) < 0.1] = np.nan
    return pd.DataFrame(
        {
            "shape": pd.Series(generator.choice(["round", "square"], ROWS), dtype=object),
            "height": height,
            "colour": pd.Series(colours, dtype=object),
            "weight": generator.exponential(size=ROWS),
        }
    )


def raw_target(frame: pd.DataFrame, task: str) -> Any:
    noise = np.random.default_rng(2).normal(size=ROWS)
    value = frame["weight"] * 40 + (frame["colour"] == "red") * 25 + noise * 8 + 300
    if task == "regression":
        return value.to_numpy()
    return np.digitize(value, np.quantile(value, [0.3, 0.7]))


def table_of(frame: pd.DataFrame, target: Any, task: Any) -> Table:
    kinds = tuple(
        Column(name, "numeric" if name in numeric(frame) else "nominal") for name in frame
    )
    classes = ("high", "low", "middle") if task == "classification" else None
    return make_table(frame, Schema(kinds, "target", task, classes), target)


@pytest.mark.parametrize("folds", [pytest.param(None, id="holdout"), pytest.param(3, id="3-fold")])
@pytest.mark.parametrize(
    ("task", "cases"),
    [
        pytest.param("classification", CLASSIFICATION, id="classification"),
        pytest.param("regression", REGRESSION, id="regression"),
    ],
)
def test_scores_equal_those_of_a_plain_script(
    workers: Workers, task: str, cases: dict[str, Case], folds: int | None
) -> None:
    frame = raw_frame()
    target = raw_target(frame, task)
    digest = workers.put(table_of(frame, target, task))
    index = 4
    batch = workers.batch(
        [],
        digest=digest,
        task=task,
        dataset="mixed",
        seed=SPEC_SEED,
        evaluation=Evaluation(
            seed=SPLIT_SEED,
            outer=HoldoutSplit(test=0.25, repeats=2)
            if folds is None
            else KFoldSplit(kind="kfold", folds=folds),
            metrics=METRICS,
        ),
        models=tuple(
            BatchModel(name=name, estimator=case.estimator, preprocess=case.preprocess)
            for name, case in cases.items()
        ),
        manifest=tuple(
            Entry(model=name, index=index, parameters=case.parameters)
            for name, case in cases.items()
        ),
    )
    code, printed = workers.run(batch)
    assert code == 0, printed
    outcomes = {outcome.model: outcome for outcome in workers.store.outcomes_of_batch(batch.id)}

    for name, case in cases.items():
        assert outcomes[name].message is None
        converted = case.convert(frame)
        for number, positions in enumerate(splits(target, digest, task, folds)):
            inputs = [converted.iloc[part] for part in positions]
            targets = [target[part] for part in positions]
            seed = seed_of(SPEC_SEED, "random_state", name, "mixed", index, number)
            model = case.plain(inputs[0], seed).fit(inputs[0], targets[0])
            found = outcomes[name].splits[number]
            parts = (found.scores.train, found.scores.validation, found.scores.test)
            for scores, part_inputs, part_targets in zip(parts, inputs, targets, strict=True):
                for metric in getattr(METRICS, task):
                    expected = get_scorer(metric)(model, part_inputs, part_targets)
                    assert scores[metric] == pytest.approx(expected, rel=0, abs=1e-12), (
                        name,
                        number,
                        metric,
                    )
        assert len(outcomes[name].splits) == (2 if folds is None else folds)
