from __future__ import annotations

import warnings
from typing import Any

import pytest
from sklearn.datasets import load_diabetes, make_classification
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.metrics import get_scorer, get_scorer_names

from crosstrial.spec.scorers import SCORERS, UNFIT

CLASSIFICATION = [s for s in SCORERS.values() if "classification" in s.tasks]
# scikit-learn before 1.7 had them for two classes only.
CAREFUL = {"neg_brier_score"}


def fitted(estimator: Any, classes: int) -> tuple[Any, Any, Any]:
    features, target = make_classification(120, n_informative=4, n_classes=classes, random_state=0)
    return estimator.fit(features, target), features, target


def scores(name: str, estimator: Any, features: Any, target: Any) -> bool:
    """Whether the scorer gives a number."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            get_scorer(name)(estimator, features, target)
    except (ValueError, AttributeError):
        return False
    return True


def test_every_name_of_scikit_learn_is_used_or_refused_with_a_reason() -> None:
    names = set(get_scorer_names())
    assert names <= SCORERS.keys() | UNFIT.keys()
    assert names >= SCORERS.keys()
    assert not SCORERS.keys() & UNFIT.keys()


@pytest.mark.parametrize("scorer", CLASSIFICATION, ids=lambda s: s.name)
def test_scorers_of_two_classes_only_are_marked(scorer: Any) -> None:
    assert scores(scorer.name, *fitted(LogisticRegression(), 2))
    many = scores(scorer.name, *fitted(LogisticRegression(), 3))
    assert many is not scorer.binary_only or scorer.name in CAREFUL


@pytest.mark.parametrize("scorer", CLASSIFICATION, ids=lambda s: s.name)
def test_scorers_that_need_probabilities_are_marked(scorer: Any) -> None:
    assert scores(scorer.name, *fitted(RidgeClassifier(), 2)) is not scorer.needs_probabilities


@pytest.mark.parametrize("scorer", SCORERS.values(), ids=lambda s: s.name)
def test_scorers_of_regression_are_marked(scorer: Any) -> None:
    features, target = load_diabetes(return_X_y=True)
    estimator = LinearRegression().fit(features, target)
    assert scores(scorer.name, estimator, features, target) is ("regression" in scorer.tasks)
