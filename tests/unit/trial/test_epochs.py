"""Training by epochs comes to what scikit-learn comes to when it is asked for so many epochs."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_iris
from sklearn.ensemble import (
    AdaBoostClassifier,
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler

from crosstrial.domain.curve import unpacked
from crosstrial.spec.document import Preprocess
from crosstrial.spec.epoch_ways import way_of
from crosstrial.spec.epochs import Epochs
from crosstrial_trial.epochs import epoch_parameters, scaled_epochs, trained
from crosstrial_trial.pipeline import Parts
from crosstrial_trial.scoring import Scorer
from crosstrial_trial.training import ByEpochs

IRIS_X, IRIS_Y = load_iris(return_X_y=True)
ORDER = np.random.default_rng(0).permutation(len(IRIS_Y))
INPUTS = Parts(*(IRIS_X[part] for part in np.split(ORDER, [90, 120])))
TARGET = Parts(*(IRIS_Y[part] for part in np.split(ORDER, [90, 120])))
ASKED = (1, 3, 6)


def stages(estimator: type, epochs: Epochs, asked: tuple[int, ...] = ASKED, **known: Any) -> Any:
    way = way_of(epochs, estimator)
    made = estimator(random_state=7, **known, **epoch_parameters(way, epochs.count))
    return trained(way, made, INPUTS, TARGET.train, asked, "classification")


def by_partial_fit(estimator: type, epochs: int, **known: Any) -> Any:
    made = estimator(random_state=7, **known)
    for _ in range(epochs):
        made.partial_fit(INPUTS.train, TARGET.train, classes=[0, 1, 2])
    return made


def with_trees(estimator: type, epochs: int, counter: str = "n_estimators", **known: Any) -> Any:
    made = estimator(random_state=7, **{counter: epochs}, **known)
    return made.fit(INPUTS.train, TARGET.train)


SIX = Epochs(count=6)
CASES = {
    "network": (MLPClassifier, SIX, partial(by_partial_fit, MLPClassifier)),
    "sgd": (SGDClassifier, SIX, partial(by_partial_fit, SGDClassifier)),
    "forest": (RandomForestClassifier, SIX, partial(with_trees, RandomForestClassifier)),
    "boosting": (GradientBoostingClassifier, SIX, partial(with_trees, GradientBoostingClassifier)),
    "histograms": (
        HistGradientBoostingClassifier,
        SIX,
        partial(with_trees, HistGradientBoostingClassifier, counter="max_iter"),
    ),
    "staged": (
        GradientBoostingClassifier,
        Epochs(count=6, by="staged"),
        partial(with_trees, GradientBoostingClassifier),
    ),
    "adaboost": (AdaBoostClassifier, SIX, partial(with_trees, AdaBoostClassifier)),
}


@pytest.mark.parametrize("name", CASES)
def test_after_an_epoch_it_predicts_as_one_that_had_so_many(name: str) -> None:
    estimator, epochs, plain = CASES[name]
    seen = []
    for epoch, model in stages(estimator, epochs):
        seen.append(epoch)
        expected = plain(epochs=epoch)
        for part in INPUTS:
            assert np.array_equal(model.predict(part), expected.predict(part))
        if hasattr(expected, "predict_proba"):
            expected_chances = expected.predict_proba(INPUTS.test)
            assert np.allclose(model.predict_proba(INPUTS.test), expected_chances)
    assert tuple(seen) == ASKED


@pytest.mark.parametrize("name", CASES)
def test_scorers_take_what_is_yielded(name: str) -> None:
    estimator, epochs, plain = CASES[name]
    scorer = Scorer(["balanced_accuracy", "accuracy"], "balanced_accuracy")
    for epoch, model in stages(estimator, epochs):
        expected, _ = scorer.score(plain(epochs=epoch), INPUTS, TARGET)
        assert scorer.score(model, INPUTS, TARGET) == (expected, {})


def test_stages_are_scored_by_probabilities_and_decisions_too() -> None:
    scorer = Scorer(["neg_log_loss", "roc_auc_ovr"], "neg_log_loss")
    for epoch, model in stages(GradientBoostingClassifier, Epochs(count=6, by="staged")):
        expected, _ = scorer.score(with_trees(GradientBoostingClassifier, epoch), INPUTS, TARGET)
        found, reasons = scorer.score(model, INPUTS, TARGET)
        assert reasons == {}
        assert found.test == pytest.approx(expected.test)


def test_an_estimator_that_ends_early_has_its_last_stage_scored() -> None:
    epochs = Epochs(count=60, every=50, by="staged")
    found = list(
        stages(GradientBoostingClassifier, epochs, (50, 60), n_iter_no_change=2, learning_rate=1.0)
    )
    ((last, _),) = found
    assert 2 <= last < 50


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_iterations_of_each_fit_are_not_added_up() -> None:
    """`max_iter` of a linear model is of each fit: epochs 1 and 3 are fits of 1 and 2."""
    plain = LogisticRegression(random_state=7, warm_start=True)
    for iterations, (_, model) in zip(
        (1, 2), stages(LogisticRegression, Epochs(count=3), (1, 3)), strict=True
    ):
        plain.set_params(max_iter=iterations).fit(INPUTS.train, TARGET.train)
        assert np.array_equal(model.coef_, plain.coef_)


def test_a_scaled_target_is_predicted_unscaled() -> None:
    features, target = load_diabetes(return_X_y=True)
    inputs = Parts(features[:300], features[300:400], features[400:])
    way = way_of(Epochs(count=4), GradientBoostingRegressor)
    made = GradientBoostingRegressor(random_state=7, **epoch_parameters(way, 4))
    plain = TransformedTargetRegressor(
        GradientBoostingRegressor(random_state=7, n_estimators=4), transformer=StandardScaler()
    ).fit(inputs.train, target[:300])
    found = scaled_epochs(
        target[:300],
        Preprocess(target="standard"),
        "regression",
        lambda scaled: trained(way, made, inputs, scaled, (4,), "regression"),
    )
    ((_, model),) = found
    assert np.allclose(model.predict(inputs.test), plain.predict(inputs.test))
    scorer = Scorer(["r2"], "r2")
    parts = Parts(target[:300], target[300:400], target[400:])
    scores, _ = scorer.score(model, inputs, parts)
    assert scores.test["r2"] == pytest.approx(plain.score(inputs.test, parts.test))


def test_the_best_epoch_by_validation_is_reported_and_all_are_kept() -> None:
    asked = tuple(range(1, 21))
    primary = "balanced_accuracy"
    scorer = Scorer([primary, "accuracy"], primary)
    training = ByEpochs(
        stages(MLPClassifier, Epochs(count=20), asked, learning_rate_init=0.05),
        every=1,
        primary=primary,
        is_over=lambda _: False,
    )
    fitted = training.fit(INPUTS, TARGET, scorer)
    assert fitted.curve is not None
    assert fitted.epoch is not None
    assert fitted.curve.epochs == asked
    validation = unpacked(fitted.curve.validation[primary])
    assert fitted.epoch == 1 + int(np.argmax(validation)), "of equal ones the earliest"
    plain = by_partial_fit(MLPClassifier, fitted.epoch, learning_rate_init=0.05)
    assert fitted.scores == scorer.score(plain, INPUTS, TARGET)[0]
    assert unpacked(fitted.curve.test["accuracy"])[fitted.epoch - 1] == pytest.approx(
        fitted.scores.test["accuracy"]
    )
    assert not fitted.pruned


class _Clock:
    """Stands in for the module `time`."""

    def __init__(self) -> None:
        self.now = 0.0

    def perf_counter(self) -> float:
        return self.now


def test_what_asking_whether_it_is_over_takes_is_no_time_of_training(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = _Clock()
    monkeypatch.setattr("crosstrial_trial.training.time", clock)
    seen: list[list[float]] = []

    def epochs() -> Any:
        for epoch, model in stages(MLPClassifier, Epochs(count=3), (1, 2, 3)):
            clock.now += 1
            yield epoch, model

    def is_over(values: Any) -> bool:
        seen.append(list(values))
        clock.now += 100
        return False

    fitted = ByEpochs(epochs(), 1, "accuracy", is_over).fit(
        INPUTS, TARGET, Scorer(["accuracy"], "accuracy")
    )
    assert fitted.fit_seconds == 3
    assert fitted.score_seconds == 0
    assert fitted.curve is not None
    validation = list(unpacked(fitted.curve.validation["accuracy"]))
    assert seen == [validation[:1], validation[:2], validation]


def test_a_trial_that_is_over_is_trained_no_further() -> None:
    primary = "accuracy"
    asked = tuple(range(1, 21))
    training = ByEpochs(
        stages(MLPClassifier, Epochs(count=20), asked), 1, primary, lambda values: len(values) == 4
    )
    fitted = training.fit(INPUTS, TARGET, Scorer([primary], primary))
    assert fitted.pruned
    assert fitted.curve is not None
    assert fitted.curve.last == 4
