from __future__ import annotations

import io

import pandas as pd
import pytest

from crosstrial.analysis import columns
from crosstrial.analysis.columns import storable
from crosstrial.analysis.frame import By, trials_frame
from crosstrial.domain.cause import Cause
from crosstrial.domain.curve import Curve, packed
from crosstrial.domain.outcome import Outcome, OutcomeState
from support.scored import UID, failed, scored_experiment, succeeded

EXPERIMENT = scored_experiment(
    {"wine": "classification", "diabetes": "regression"},
    {
        "svm": {
            "points": [{}, {"tol": 0.1}],
            "space": {"C": {"distribution": "log_uniform", "min": 0.1, "max": 10.0}},
        },
        "knn": {},
    },
)
OUTCOMES = [
    succeeded("knn", "diabetes", 0, test=0.4, task="regression"),
    succeeded("svm", "wine", 10, test=[0.5, 0.75], parameters={"C": 1.5}),
    failed("svm", "wine", 2, cause=Cause.TIMEOUT),
    succeeded("knn", "wine", 0, test=[0.5, None]),
    succeeded("baseline", "wine", 0, test=0.25),
]
COLUMNS = [
    *["trial", "experiment", "model", "dataset", "task", "index", "state", "cause"],
    *["param.C", "param.tol"],
    *[
        f"metric.{part}.{name}"
        for part in ("train", "validation", "test")
        for name in ("balanced_accuracy", "accuracy", "r2")
    ],
    *["preprocess_seconds", "fit_seconds", "score_seconds", "cpu_seconds", "peak_memory_mb"],
    *["attempt", "started", "finished"],
]


@pytest.fixture
def frame() -> pd.DataFrame:
    return trials_frame(EXPERIMENT, OUTCOMES)


def row(frame: pd.DataFrame, trial: str) -> pd.Series:
    return frame.set_index("trial").loc[f"{UID}:{trial}"]


def test_one_row_a_trial_in_the_order_of_the_document(frame: pd.DataFrame):
    assert frame["trial"].tolist() == [
        f"{UID}:{trial}"
        for trial in (
            "baseline@wine:0",
            "svm@wine:2",
            "svm@wine:10",
            "knn@wine:0",
            "knn@diabetes:0",
        )
    ]


@pytest.mark.parametrize("outcomes", [OUTCOMES, []], ids=["some", "none"])
def test_columns_are_those_of_the_contract_whatever_has_ended(outcomes: list):
    assert trials_frame(EXPERIMENT, outcomes).columns.tolist() == COLUMNS


def test_a_row_says_what_was_run_and_what_came_of_it(frame: pd.DataFrame):
    found = row(frame, "svm@wine:10")
    assert found["experiment"] == "demo"
    assert (found["task"], found["index"], found["state"]) == ("classification", 10, "succeeded")
    assert pd.isna(found["cause"])
    assert found["param.C"] == 1.5
    assert found["finished"] - found["started"] == pd.Timedelta(seconds=2)


def test_metrics_are_means_over_splits_and_durations_are_sums(frame: pd.DataFrame):
    found = row(frame, "svm@wine:10")
    assert found["metric.test.balanced_accuracy"] == pytest.approx(0.625)
    assert found["metric.test.accuracy"] == pytest.approx(0.525)
    steps = found[["preprocess_seconds", "fit_seconds", "score_seconds", "cpu_seconds"]]
    assert steps.tolist() == [0.5, 2.0, 1.0, 3.0]


def test_metrics_of_the_other_task_are_missing(frame: pd.DataFrame):
    assert pd.isna(row(frame, "svm@wine:10")["metric.test.r2"])
    assert row(frame, "knn@diabetes:0")["metric.test.r2"] == pytest.approx(0.4)


def test_a_metric_that_one_split_lacks_has_no_mean(frame: pd.DataFrame):
    assert pd.isna(row(frame, "knn@wine:0")["metric.test.balanced_accuracy"])


@pytest.mark.parametrize("by", ["trial", "split"])
def test_a_failed_trial_has_one_row_without_metrics(by: By):
    (done,) = OUTCOMES[1].splits[:1]
    outcomes = [failed("svm", "wine", 2, cause=Cause.TIMEOUT, splits=(done,))]
    found = trials_frame(EXPERIMENT, outcomes, by=by)
    assert found["state"].tolist() == ["failed"]
    assert found["cause"].tolist() == ["timeout"]
    assert found.filter(like="metric.").isna().all(axis=None)
    assert found["cpu_seconds"].tolist() == [1.5]


def test_a_row_a_split(frame: pd.DataFrame):
    found = trials_frame(EXPERIMENT, OUTCOMES[1:2], by="split")
    assert found.columns.tolist() == [*COLUMNS[:6], "repeat", "fold", *COLUMNS[6:]]
    assert found[["repeat", "fold"]].values.tolist() == [[0, 0], [0, 1]]
    assert found["metric.test.balanced_accuracy"].tolist() == [0.5, 0.75]
    assert found["fit_seconds"].tolist() == [1.0, 1.0]
    assert found["peak_memory_mb"].tolist() == [100.0, 101.0]


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        pytest.param([3, None, 4], "Int64", id="ints"),
        pytest.param([0.5, None, 1.0], "float64", id="floats"),
        pytest.param([True, None, False], "boolean", id="bools"),
        pytest.param(["a", None, "b"], "string", id="texts"),
        pytest.param([1, None, 1.0], "object", id="ints-and-floats-stay-apart"),
        pytest.param(["sqrt", None, 0.5], "object", id="texts-and-numbers"),
        pytest.param([[1, 2], None, [3]], "object", id="lists"),
    ],
)
def test_a_parameter_keeps_its_types_and_can_be_stored(values: list, dtype: str):
    outcomes = [
        succeeded("svm", "wine", index, test=0.5, parameters={"C": value})
        for index, value in enumerate(values)
    ]
    frame = trials_frame(EXPERIMENT, outcomes)
    assert frame["param.C"].dtype == dtype
    kept = [
        None if kept is None or kept is pd.NA or kept != kept else kept for kept in frame["param.C"]
    ]
    assert kept == values
    assert [type(v) for v in kept if dtype == "object"] == [
        type(v) for v in values if dtype == "object"
    ]
    file = io.BytesIO()
    storable(frame).to_parquet(file)
    assert pd.read_parquet(file).columns.tolist() == COLUMNS


@pytest.mark.parametrize(
    ("values", "dtype"),
    [
        pytest.param([1, 2, None, None, 3], "Int64", id="with-a-piece-that-has-none"),
        pytest.param([1, 2, 0.5, None, True], "object", id="each-piece-of-another-type"),
        pytest.param([None, None, "a", "b", None], "string", id="late"),
        pytest.param([None, None, [1], None, "a"], "object", id="lists-and-texts"),
        pytest.param([None] * 5, "object", id="none-at-all"),
    ],
)
def test_a_stream_of_pieces_is_one_column(
    values: list, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "ROWS_AT_ONCE", 2)
    outcomes = [
        succeeded("svm", "wine", index, test=0.5, parameters={"C": value})
        for index, value in enumerate(values)
    ]
    frame = trials_frame(EXPERIMENT, reversed(outcomes))
    assert frame["index"].tolist() == [0, 1, 2, 3, 4]
    found = frame["param.C"]
    assert found.dtype == dtype
    kept = [None if value is pd.NA else value for value in found]
    assert kept == values
    assert dtype != "object" or [type(v) for v in kept] == [type(v) for v in values]


def test_mixed_types_are_stored_as_json():
    outcomes = [
        succeeded("svm", "wine", index, test=0.5, parameters={"C": value})
        for index, value in enumerate([1, 1.0, "1", None, [1, 2]])
    ]
    stored = storable(trials_frame(EXPERIMENT, outcomes))["param.C"]
    assert stored.dropna().tolist() == ["1", "1.0", '"1"', "[1,2]"]


CURVE = {"balanced_accuracy": packed([0.25, 0.75, 0.5]), "accuracy": packed([0.5, None, 0.5])}


def by_epochs(state: OutcomeState = OutcomeState.SUCCEEDED) -> Outcome:
    """One split of three epochs, the second of which is reported."""
    plain = succeeded("svm", "wine", 0, test=0.75)
    curve = Curve(every=2, last=5, train=CURVE, validation=CURVE, test=CURVE)
    split = plain.splits[0].model_copy(update={"curve": curve, "epoch": 4})
    return plain.model_copy(update={"splits": (split,), "state": state})


def test_a_row_an_epoch() -> None:
    found = trials_frame(EXPERIMENT, [by_epochs()], by="epoch")
    assert found["epoch"].tolist() == [2, 4, 5]
    assert found["reported"].tolist() == [False, True, False]
    assert found["metric.validation.balanced_accuracy"].tolist() == [0.25, 0.75, 0.5]
    assert found["metric.test.accuracy"].isna().tolist() == [False, True, False]
    assert found[["repeat", "fold", "trial"]].nunique().tolist() == [1, 1, 1]
    assert "fit_seconds" not in found


def test_what_is_not_trained_by_epochs_has_a_row_a_split_without_one() -> None:
    outcomes = [succeeded("svm", "wine", 0, test=[0.5, 0.75]), failed("svm", "wine", 1)]
    found = trials_frame(EXPERIMENT, outcomes, by="epoch")
    assert found["epoch"].isna().all()
    assert found["metric.test.balanced_accuracy"].tolist()[:2] == [0.5, 0.75]
    assert found["state"].tolist() == ["succeeded", "succeeded", "failed"]


def test_a_pruned_trial_has_the_scores_that_it_reached() -> None:
    found = trials_frame(EXPERIMENT, [by_epochs(OutcomeState.PRUNED)])
    assert found["state"].tolist() == ["pruned"]
    assert found["metric.test.balanced_accuracy"].tolist() == [0.75]
