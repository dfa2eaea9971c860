"""Which way a class is trained by epochs, and what a space must then leave alone."""

from __future__ import annotations

from typing import Any

import pytest
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.svm import SVC

from crosstrial.spec.document import Model
from crosstrial.spec.epoch_ways import Way, way_of
from crosstrial.spec.epochs import Epochs
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.estimators import check_model
from crosstrial.spec.space import Constant

NETWORK = "sklearn.neural_network.MLPClassifier"
BOOSTING = "sklearn.ensemble.GradientBoostingClassifier"
ADABOOST = "sklearn.ensemble.AdaBoostClassifier"


@pytest.mark.parametrize(
    ("estimator", "way"),
    [
        (MLPClassifier, Way("partial_fit")),
        (SGDClassifier, Way("partial_fit")),
        (RandomForestClassifier, Way("warm_start", "n_estimators")),
        (GradientBoostingClassifier, Way("warm_start", "n_estimators")),
        (HistGradientBoostingRegressor, Way("warm_start", "max_iter")),
        (LogisticRegression, Way("warm_start", "max_iter", total=False)),
        (AdaBoostClassifier, Way("staged", "n_estimators")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_way_is_found(estimator: type, way: Way) -> None:
    assert way_of(Epochs(count=9), estimator) == way


def test_another_way_may_be_asked_for() -> None:
    staged = way_of(Epochs(count=9, by="staged"), GradientBoostingClassifier)
    assert staged == Way("staged", "n_estimators")
    assert not staged.prunable
    assert way_of(Epochs(count=9, parameter="max_iter"), SGDClassifier).by == "warm_start"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"count": 9, "by": "staged"}, "cannot be trained by staged", id="by"),
        pytest.param(
            {"count": 9, "parameter": "max_itre"}, "did you mean max_iter?", id="parameter"
        ),
    ],
)
def test_what_a_class_has_not_is_refused(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidError, match=words.replace("?", r"\?")):
        way_of(Epochs(**fields), MLPClassifier)


def test_a_class_without_any_way_is_refused() -> None:
    with pytest.raises(InvalidError, match="cannot be trained by epochs: it has no partial_fit"):
        way_of(Epochs(count=9), SVC)


@pytest.mark.parametrize(
    ("path", "name", "words"),
    [
        (NETWORK, "max_iter", "has no effect beside `epochs`"),
        (BOOSTING, "n_estimators", "is set by `epochs`"),
        (BOOSTING, "warm_start", "is set by `epochs`"),
        (ADABOOST, "n_estimators", "is set by `epochs`"),
    ],
)
@pytest.mark.parametrize("place", ["space", "points"])
def test_what_epochs_set_no_space_may_name(path: str, name: str, words: str, place: str) -> None:
    named = {"space": {name: Constant(value=1)}} if place == "space" else {"points": ({name: 1},)}
    model = Model(name="m", model=path, epochs=Epochs(count=9), **named)
    (mistake,) = check_model(model, ("sklearn",))
    assert words in str(mistake)
    assert mistake.at == (("space", name) if place == "space" else ("points", 0, name))
