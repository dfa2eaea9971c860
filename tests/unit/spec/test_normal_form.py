from __future__ import annotations

import pytest

from crosstrial.spec.data_sets import CsvData, PackagedData, SklearnData, SyntheticData
from crosstrial.spec.document import Metrics, Primary
from crosstrial.spec.normal_form import kebab_case
from crosstrial.spec.space import Constant, FloatUniform, OneOf
from crosstrial.spec.splitting import HoldoutSplit, KFoldSplit
from support.documents import parsed

IRIS = "[sklearn:iris]"
MODEL = "name: svm\n        model: sklearn.svm.SVC"
RUNS = "runsPerPair: 3"


def test_data_sets_are_expanded() -> None:
    experiment = parsed(
        IRIS,
        "['sklearn:iris', 'packaged:page-blocks', {source: sklearn, id: wine}, {name: b, source:"
        " synthetic, id: make_blobs, params: {centers: 3}}, {name: c, source: csv, uri: ./c.csv,"
        " target: y}]",
    )
    assert list(experiment.data_sets().values()) == [
        SklearnData(name="iris", source="sklearn", id="iris"),
        PackagedData(name="page-blocks", source="packaged", id="page-blocks"),
        SklearnData(name="wine", source="sklearn", id="wine"),
        SyntheticData(name="b", source="synthetic", id="make_blobs", params={"centers": 3}),
        CsvData(name="c", source="csv", uri="./c.csv", target="y"),
    ]


def test_what_openml_numbers_is_named_by_its_kind() -> None:
    experiment = parsed(IRIS, "['openml:61', 'openml-task:59', {name: a, source: openml, id: 3}]")
    assert [(d.name, getattr(d, "id", None)) for d in experiment.data_sets().values()] == [
        ("openml-61", 61),
        ("openml-task-59", 59),
        ("a", 3),
    ]


@pytest.mark.parametrize(
    ("name", "kebab"),
    [
        ("RandomForestClassifier", "random-forest-classifier"),
        ("SVC", "svc"),
        ("NuSVC", "nu-svc"),
        ("KNeighborsClassifier", "k-neighbors-classifier"),
        ("LogisticRegressionCV", "logistic-regression-cv"),
        ("MLPRegressor", "mlp-regressor"),
        ("My_Own2Model", "my-own2-model"),
    ],
)
def test_class_names_become_kebab_case(name: str, kebab: str) -> None:
    assert kebab_case(name) == kebab


@pytest.mark.parametrize(
    "model",
    ["model: sklearn.svm.LinearSVC", "model: {classification: sklearn.svm.LinearSVC}"],
    ids=["single", "single-in-a-mapping"],
)
def test_a_model_is_named_by_its_only_class(model: str) -> None:
    assert list(parsed(MODEL, model).models()) == ["linear-svc"]


def test_default_is_the_empty_point_and_bare_values_are_constants() -> None:
    experiment = parsed(
        "p: 1",
        "p: null\n          q: {oneOf: [[1, 2], {distribution: constant, value: x},"
        " {distribution: float_uniform, min: 0, max: 1}]}",
    )
    (model,) = experiment.models().values()
    assert model.points == ({},)
    assert model.space["p"] == Constant(value=None)
    assert model.space["q"] == OneOf(
        one_of=(
            Constant(value=[1, 2]),
            Constant(value="x"),
            FloatUniform(distribution="float_uniform", min=0.0, max=1.0),
        )
    )


def test_units_become_seconds_cores_and_bytes() -> None:
    spec = parsed(
        RUNS,
        RUNS
        + """
  secondsPerPair: 1h
  limits: {trialSeconds: 90s, wallClock: 1h30m}
  batch: {targetSeconds: 2m}
  resources: {cpu: 1500m, memory: 1536Mi, maxMemory: 2G}""",
    ).spec
    assert spec.seconds_per_pair == 3600
    assert (spec.limits.trial_seconds, spec.limits.wall_clock) == (90, 5400)
    assert spec.batch.target_seconds == 120
    assert spec.resources.cpu == 1.5
    assert (spec.resources.memory, spec.resources.max_memory) == (1536 << 20, 2 * 10**9)


def test_no_limit_may_be_written() -> None:
    spec = parsed(RUNS, RUNS + "\n  secondsPerPair: null\n  limits: {wallClock: null}").spec
    assert spec == parsed().spec


@pytest.mark.parametrize(
    ("outer", "expected"),
    [
        ("{}", HoldoutSplit()),
        ("{test: 0.5}", HoldoutSplit(test=0.5)),
        ("{kind: holdout, repeats: 3}", HoldoutSplit(repeats=3)),
        ("{kind: kfold, folds: 3}", KFoldSplit(kind="kfold", folds=3)),
    ],
)
def test_outer_splits_are_a_holdout_unless_told(outer: str, expected: object) -> None:
    evaluation = parsed(RUNS, f"{RUNS}\n  evaluation: {{outer: {outer}}}").spec.evaluation
    assert evaluation.outer == expected


def test_the_first_metric_is_the_primary_one_unless_told() -> None:
    metrics = "metrics: {classification: [f1_macro, accuracy], regression: [r2, neg_max_error]}"
    told = f"{metrics}, primary: {{regression: neg_max_error}}"
    evaluation = parsed(RUNS, f"{RUNS}\n  evaluation: {{{told}}}").spec.evaluation
    assert evaluation.primary == Primary(classification="f1_macro", regression="neg_max_error")
    assert evaluation.metrics == Metrics(
        classification=("f1_macro", "accuracy"), regression=("r2", "neg_max_error")
    )
