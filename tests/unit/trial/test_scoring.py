"""Scores, the reasons of gaps, and what fails a trial."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from crosstrial_trial.pipeline import Parts
from crosstrial_trial.scoring import ScoreError, Scorer

FEATURES = Parts(np.zeros((6, 1)), np.zeros((4, 1)), np.zeros((2, 1)))
CLASSES = Parts(np.array([0, 1] * 3), np.array([0, 1, 1, 1]), np.array([0, 1]))
NUMBERS = Parts(np.arange(6.0), np.arange(4.0), np.arange(2.0))


class AlwaysOne(ClassifierMixin, BaseEstimator):
    """Predicts class 1, counts how often it is asked, and knows no probabilities."""

    def __init__(self) -> None:
        self.classes_ = np.array([0, 1])
        self.asked = 0

    def fit(self, _features: Any, _target: Any) -> AlwaysOne:
        return self

    def predict(self, features: Any) -> Any:
        self.asked += 1
        return np.ones(len(features), dtype=int)


class Constant(RegressorMixin, BaseEstimator):
    def __init__(self, value: float) -> None:
        self.value = value
        self.fitted_ = True

    def fit(self, _features: Any, _target: Any) -> Constant:
        return self

    def predict(self, features: Any) -> Any:
        if self.value == 0:
            raise MemoryError
        return np.full(len(features), self.value)


def test_every_metric_of_every_part() -> None:
    scores, reasons = Scorer(["balanced_accuracy", "accuracy"], "accuracy").score(
        AlwaysOne(), FEATURES, CLASSES
    )
    assert scores.train == {"accuracy": 0.5, "balanced_accuracy": 0.5}
    assert scores.validation == {"accuracy": 0.75, "balanced_accuracy": 0.5}
    assert scores.test == {"accuracy": 0.5, "balanced_accuracy": 0.5}
    assert reasons == {}


def test_one_prediction_a_part_serves_all_metrics() -> None:
    model = AlwaysOne()
    Scorer(["balanced_accuracy", "accuracy", "f1"], "accuracy").score(model, FEATURES, CLASSES)
    assert model.asked == 3


def test_a_secondary_metric_that_cannot_be_computed_is_a_gap_with_a_reason() -> None:
    scores, reasons = Scorer(["neg_log_loss", "accuracy"], "accuracy").score(
        AlwaysOne(), FEATURES, CLASSES
    )
    assert scores.test == {"accuracy": 0.5, "neg_log_loss": None}
    assert list(reasons) == ["neg_log_loss"]
    assert "on train" in reasons["neg_log_loss"]
    assert "predict_proba" in reasons["neg_log_loss"]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_a_secondary_metric_that_is_not_finite_is_a_gap() -> None:
    one_row = Parts(NUMBERS.train, NUMBERS.validation, NUMBERS.test[:1])
    features = Parts(FEATURES.train, FEATURES.validation, FEATURES.test[:1])
    metrics = ["r2", "neg_root_mean_squared_error"]
    scores, reasons = Scorer(metrics, "neg_root_mean_squared_error").score(
        Constant(1.0), features, one_row
    )
    assert scores.test["r2"] is None
    assert scores.train["r2"] is not None
    assert reasons == {"r2": "on test: nan is not a finite number"}


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.UndefinedMetricWarning")
def test_a_primary_metric_that_is_not_finite_fails() -> None:
    one_row = Parts(NUMBERS.train, NUMBERS.validation, NUMBERS.test[:1])
    features = Parts(FEATURES.train, FEATURES.validation, FEATURES.test[:1])
    with pytest.raises(ScoreError, match="r2 on test: nan"):
        Scorer(["r2"], "r2").score(Constant(1.0), features, one_row)


def test_a_primary_metric_that_cannot_be_computed_fails_with_what_was_raised() -> None:
    with pytest.raises(AttributeError, match="predict_proba"):
        Scorer(["accuracy", "neg_log_loss"], "neg_log_loss").score(AlwaysOne(), FEATURES, CLASSES)


def test_no_memory_is_not_a_gap() -> None:
    with pytest.raises(MemoryError):
        Scorer(["r2", "max_error"], "r2").score(Constant(0.0), FEATURES, NUMBERS)
