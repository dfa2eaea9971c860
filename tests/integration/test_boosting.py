"""Estimators of other libraries, of modules that are allowed: boosted trees."""

from __future__ import annotations

from crosstrial.domain.batch import BatchModel, Entry
from crosstrial.domain.outcome import OutcomeState
from crosstrial.spec.document import Preprocess
from support.worker import Workers, store_uri, workers

__all__ = ["store_uri", "workers"]

CLASSES = {"xgboost": "xgboost.XGBClassifier", "lightgbm": "lightgbm.LGBMClassifier"}


def test_boosted_trees_of_other_libraries_run_and_their_versions_are_kept(workers: Workers) -> None:
    models = [
        BatchModel(name=name, estimator=path, preprocess=Preprocess(encode="ordinal"))
        for name, path in CLASSES.items()
    ]
    parameters = {"n_estimators": 5, "n_jobs": 1}
    batch = workers.batch(
        [],
        models=tuple(models),
        manifest=tuple(
            Entry(model=name, index=index, parameters=parameters)
            for index, name in enumerate(CLASSES)
        ),
    )
    code, printed = workers.run(batch, CROSSTRIAL_ESTIMATOR_MODULES="sklearn,xgboost,lightgbm")
    assert code == 0, printed
    for outcome in workers.outcomes(batch).values():
        assert outcome.state is OutcomeState.SUCCEEDED, outcome.message
        assert outcome.splits[0].scores.train["balanced_accuracy"] is not None
    start = workers.store.start(batch.id)
    assert start is not None
    assert {"xgboost", "lightgbm"} <= set(start.versions)
