from __future__ import annotations

import pytest

from crosstrial.analysis.selection import Scoring, Selection, default_index, select
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from support.scored import failed, scored_experiment, succeeded

COUNT = Scoring("balanced_accuracy", baseline=0.5, failures="count")
REPLACE = Scoring("balanced_accuracy", baseline=0.5, failures="replace")


def test_validation_selects_and_test_is_reported():
    outcomes = [
        succeeded("svm", "iris", 0, validation=0.7, test=0.99),
        succeeded("svm", "iris", 1, validation=0.8, test=0.6),
    ]
    selection = select(outcomes, COUNT, default_index=None)
    assert (selection.tuned, selection.tuned_index) == (0.6, 1)


def test_of_equal_validation_scores_the_lowest_index_is_tuned():
    outcomes = [
        succeeded("svm", "iris", index, validation=0.8, test=index / 10) for index in (2, 1, 3)
    ]
    assert select(outcomes, COUNT, default_index=None).tuned_index == 1


def test_scores_are_means_over_splits():
    outcomes = [
        succeeded("svm", "iris", 0, validation=[1.0, 0.0], test=[0.6, 0.8]),
        succeeded("svm", "iris", 1, validation=[0.6, 0.6], test=[0.2, 0.4]),
    ]
    assert select(outcomes, COUNT, default_index=None).tuned == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("scoring", "cause", "untuned"),
    [
        pytest.param(COUNT, Cause.TIMEOUT, 0.5, id="a-failure-scores-as-the-baseline"),
        pytest.param(REPLACE, Cause.TIMEOUT, 0.85, id="replaced-failures-do-not-score"),
        pytest.param(COUNT, Cause.INTERRUPTED, 0.85, id="the-clusters-doing-is-missing"),
    ],
)
def test_the_untuned_median_is_over_all_counted_trials(
    scoring: Scoring, cause: Cause, untuned: float
):
    outcomes = [
        succeeded("svm", "iris", 0, test=0.8),
        succeeded("svm", "iris", 1, test=0.9),
        *(failed("svm", "iris", index, cause=cause) for index in (2, 3, 4)),
    ]
    assert select(outcomes, scoring, default_index=None).untuned == pytest.approx(untuned)


@pytest.mark.parametrize(
    ("scoring", "index", "default"),
    [
        pytest.param(COUNT, 1, 0.7, id="succeeded"),
        pytest.param(COUNT, None, None, id="not-among-points"),
        pytest.param(COUNT, 5, None, id="not-ended"),
        pytest.param(COUNT, 0, 0.5, id="failed-scores-as-the-baseline"),
        pytest.param(REPLACE, 0, None, id="failed-and-replaced"),
    ],
)
def test_the_default_configurations_score(
    scoring: Scoring, index: int | None, default: float | None
):
    outcomes = [failed("svm", "iris", 0), succeeded("svm", "iris", 1, test=0.7)]
    assert select(outcomes, scoring, default_index=index).default == default


@pytest.mark.parametrize(
    ("outcomes", "expected"),
    [
        pytest.param([], Selection(None, None, None, None), id="no-trials"),
        pytest.param([failed("svm", "iris", 0)], Selection(None, None, None, 0.5), id="no-success"),
    ],
)
def test_a_pair_without_success_has_no_tuned_score(outcomes: list, expected: Selection):
    assert select(outcomes, COUNT, default_index=None) == expected


@pytest.mark.parametrize(
    ("points", "index"),
    [
        pytest.param([], None, id="no-points"),
        pytest.param([{"C": 1.0}], None, id="none-is-default"),
        pytest.param([{"C": 1.0}, {}, {}], 1, id="the-first-default"),
    ],
)
def test_the_default_is_the_empty_point(points: list, index: int | None):
    record = scored_experiment({"iris": "classification"}, {"svm": {"points": points}})
    assert default_index(record.latest.document.models()["svm"]) == index


def test_a_pruned_trial_is_described_and_never_chosen() -> None:
    given_up = succeeded("svm", "iris", 0, test=0.9, validation=0.99).model_copy(
        update={"state": OutcomeState.PRUNED}
    )
    others = [succeeded("svm", "iris", index, test=0.5) for index in (1, 2)]
    found = select([given_up, *others], COUNT, default_index=0)
    assert (found.tuned_index, found.tuned) == (1, 0.5)
    assert found.default == 0.9
    assert select([given_up], COUNT, default_index=None).tuned is None
    assert select([given_up], COUNT, default_index=None).untuned == 0.9
