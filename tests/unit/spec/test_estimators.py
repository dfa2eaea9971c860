from __future__ import annotations

import sys
from pathlib import Path

import pytest
from sklearn.svm import SVC

from crosstrial.spec.document import Model
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.estimators import (
    allowed_modules,
    can_score,
    check_model,
    load_class,
    model_classes,
)
from crosstrial.spec.scorers import SCORERS
from support.spaces import law

ALLOWED = ("sklearn", "lab")
BOTH = {"classification": "sklearn.svm.SVC", "regression": "sklearn.svm.SVR"}
LAB = """
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

class Quiet(BaseEstimator):
    def fit(self, X, y): ...
    def predict(self, X): ...

class Either(ClassifierMixin, RegressorMixin, Quiet): ...

class Older:
    _estimator_type = "regressor"
    def __init__(self, needed, **others): ...
    def fit(self, X, y): ...
    def predict(self, X): ...
"""


@pytest.fixture(autouse=True)
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user's own package `lab`, of which some modules can't be imported."""
    package = tmp_path / "lab"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "models.py").write_text(LAB)
    (package / "broken.py").write_text("1 / 0")
    (package / "poor.py").write_text("import library_that_nobody_has")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.partition(".")[0] == "lab"]:
        monkeypatch.delitem(sys.modules, name)


def model(classes: object, **fields: object) -> Model:
    return Model.model_validate({"name": "m", "model": classes, **fields})


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ("sklearn",)),
        ({"CROSSTRIAL_ESTIMATOR_MODULES": ""}, ("sklearn",)),
        ({"CROSSTRIAL_ESTIMATOR_MODULES": "sklearn, lab.models,"}, ("sklearn", "lab.models")),
    ],
)
def test_the_allowlist_comes_from_the_environment(environment: dict, expected: tuple) -> None:
    assert allowed_modules(environment) == expected


def test_a_class_is_loaded() -> None:
    assert load_class("sklearn.svm.SVC", ALLOWED) is SVC


@pytest.mark.parametrize("allowed", [("lab",), ("lab.models",)])
def test_a_prefix_is_a_package_or_a_module(allowed: tuple[str, ...]) -> None:
    assert load_class("lab.models.Quiet", allowed).__name__ == "Quiet"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("SVC", "is not the path of a class; write such as sklearn.svm.SVC", id="bare"),
        pytest.param("sklearn.svm.", "is not the path of a class", id="no-class"),
        pytest.param("sklearn.svm.SVC()", "is not the path of a class", id="call"),
        pytest.param(
            "os.system", "outside of the modules that are allowed, sklearn or lab", id="os"
        ),
        pytest.param("labor.Model", "outside of the modules", id="longer-name"),
        pytest.param("lab.model_s", "lab.model_s is not there", id="module-boundary"),
        pytest.param("skelarn.svm.SVC", "did you mean sklearn.svm.SVC?", id="package-spelled"),
        pytest.param(
            "sklearn.smv.SVC", "no module sklearn.smv; did you mean sklearn.svm?", id="module"
        ),
        pytest.param(
            "sklearn.svm.SVX", "sklearn.svm.SVX is not there; did you mean SV", id="class"
        ),
        pytest.param("sklearn.svm.libsvm", "is not there; choose LinearSVC, ", id="no-member"),
        pytest.param("sklearn.datasets.load_boston", "has no estimators", id="removed"),
        pytest.param("sklearn.metrics.r2_score", "is no class", id="function"),
        pytest.param("sklearn.preprocessing.StandardScaler", "has no predict", id="transformer"),
        pytest.param("sklearn.svm.tests.nothing.X", "there is no module", id="deep-module"),
        pytest.param("lab.broken.Model", "cannot be imported: ZeroDivisionError", id="broken"),
        pytest.param("lab.poor.Model", "needs library_that_nobody_has, which is not", id="poor"),
    ],
)
def test_what_is_no_estimator_is_refused(path: str, words: str) -> None:
    with pytest.raises(InvalidError) as caught:
        load_class(path, ALLOWED)
    assert words in str(caught.value)
    assert caught.value.remedy


def test_a_library_that_is_not_installed_is_named() -> None:
    with pytest.raises(InvalidError, match=r"nobody_has_it is not installed; install it"):
        load_class("nobody_has_it.Model", ("nobody_has_it",))


def test_a_missing_scikit_learn_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    # What is None in sys.modules is not found, as if it were not installed.
    monkeypatch.setitem(sys.modules, "sklearn", None)
    monkeypatch.delitem(sys.modules, "sklearn.svm")
    with pytest.raises(ModuleNotFoundError) as caught:
        load_class("sklearn.svm.SVC", ALLOWED)
    assert caught.value.name == "sklearn"


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("sklearn.svm.SVC", {"classification": "sklearn.svm.SVC"}),
        ("sklearn.svm.SVR", {"regression": "sklearn.svm.SVR"}),
        (BOTH, BOTH),
        ({"regression": "sklearn.svm.SVR"}, {"regression": "sklearn.svm.SVR"}),
        (
            "lab.models.Either",
            {"classification": "lab.models.Either", "regression": "lab.models.Either"},
        ),
        ("lab.models.Older", {"regression": "lab.models.Older"}),
        ({"regression": "lab.models.Quiet"}, {"regression": "lab.models.Quiet"}),
    ],
)
def test_a_class_serves_the_tasks_that_it_says(classes: object, expected: dict) -> None:
    assert model_classes(model(classes), ALLOWED) == expected


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        pytest.param(
            {"classification": "sklearn.svm.SVR"},
            "model.classification: sklearn.svm.SVR is of another kind: regressor; name a class",
            id="regressor-for-classification",
        ),
        pytest.param(
            {"regression": "sklearn.cluster.KMeans"},
            "model.regression: sklearn.cluster.KMeans is of another kind: clusterer",
            id="clusterer-for-regression",
        ),
        pytest.param("sklearn.cluster.KMeans", "name a classifier or regressor", id="clusterer"),
        pytest.param(
            "lab.models.Quiet",
            "does not say whether it is a classifier or a regressor; write `model: {classification",
            id="says-nothing",
        ),
    ],
)
def test_a_class_of_another_kind_is_refused(classes: object, words: str) -> None:
    with pytest.raises(InvalidError) as caught:
        model_classes(model(classes), ALLOWED)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("checked", "words"),
    [
        pytest.param(
            model("sklearn.svm.SVC", space={"Cc": law("constant", value=1)}),
            ["m.space.Cc: sklearn.svm.SVC has no parameter Cc; did you mean C?"],
            id="space",
        ),
        pytest.param(
            model("sklearn.svm.SVC", points=[{}, {"kernl": "rbf"}]),
            ["m.points[1].kernl: sklearn.svm.SVC has no parameter kernl; did you mean kernel?"],
            id="point",
        ),
        pytest.param(
            model(BOTH, space={"class_weight": law("constant", value="balanced")}),
            ["m.space.class_weight: sklearn.svm.SVR has no parameter class_weight; "],
            id="one-of-two-classes",
        ),
        pytest.param(
            model({"classification": "sklearn.svm.SVX", "regression": "sklearn.svm.SVC"}),
            ["m.model.classification: sklearn.svm.SVX is not", "m.model.regression: "],
            id="both-classes",
        ),
        pytest.param(
            model("sklearn.ensemble.VotingClassifier"),
            ["m.model: sklearn.ensemble.VotingClassifier needs the parameter estimators; give"],
            id="without-default",
        ),
        pytest.param(
            model("lab.models.Older", space={"needed": law("constant", value=1)}),
            [],
            id="given-what-is-needed",
        ),
        pytest.param(
            model("lab.models.Older", points=[{"needed": 1, "free": 2}]),
            ["m.model: lab.models.Older needs the parameter needed"],
            id="takes-anything-but-needs-one",
        ),
        pytest.param(
            model("sklearn.ensemble.AdaBoostClassifier", points=[{"estimator__max_depth": 2}]),
            [],
            id="parameter-of-an-inner-estimator",
        ),
        pytest.param(model(BOTH, space={"C": law("constant", value=1.0)}), [], id="fine"),
    ],
)
def test_parameters_are_those_of_the_class(checked: Model, words: list[str]) -> None:
    told = [str(error) for error in check_model(checked, ALLOWED, at=("m",))]
    assert len(told) == len(words)
    assert all(line.startswith(start) for line, start in zip(told, words, strict=True)), told


@pytest.mark.parametrize(
    ("path", "metric", "possible"),
    [
        ("sklearn.svm.LinearSVC", "accuracy", True),
        ("sklearn.svm.LinearSVC", "roc_auc", True),
        ("sklearn.svm.LinearSVC", "neg_log_loss", False),
        ("sklearn.svm.SVC", "neg_log_loss", True),
        ("sklearn.neighbors.KNeighborsClassifier", "roc_auc", True),
        ("lab.models.Quiet", "roc_auc", False),
        ("sklearn.svm.SVR", "r2", True),
    ],
)
def test_a_metric_needs_the_methods_that_it_calls(path: str, metric: str, possible: bool) -> None:
    assert can_score(path, ALLOWED, SCORERS[metric]) is possible
