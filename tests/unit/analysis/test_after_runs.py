from __future__ import annotations

import pytest

from crosstrial.analysis.after_runs import AfterRuns, Order
from crosstrial.analysis.comparison import compare
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.spec.document import Sampler
from crosstrial.spec.epochs import MedianPruner
from crosstrial.spec.node import Node
from support.scored import failed, pair_states, scored_experiment, succeeded

DATASETS = {"iris": "classification", "wine": "classification"}
ZERO = [succeeded("baseline", dataset, test=0.2) for dataset in DATASETS]


def curves(record: ExperimentRecord, outcomes: list[Outcome]) -> AfterRuns:
    return compare(record, [*ZERO, *outcomes], pair_states(record)).curves


def saying(record: ExperimentRecord, **parts: Node) -> ExperimentRecord:
    """The same experiment with other parts of its specification."""
    (revision,) = record.revisions
    spec = revision.document.spec.model_copy(update=parts)
    document = revision.document.model_copy(update={"spec": spec})
    changed = revision.model_copy(update={"document": document})
    return record.model_copy(update={"revisions": (changed,)})


def three_runs(dataset: str, *tests: float) -> list[Outcome]:
    """Validation prefers the later runs, whatever the test scores."""
    return [
        succeeded("svm", dataset, index, validation=index / 10, test=test)
        for index, test in enumerate(tests)
    ]


def test_the_expected_test_score_of_what_validation_selects():
    record = scored_experiment({"iris": "classification"}, {"svm": {}})
    found = curves(record, three_runs("iris", 0.3, 0.9, 0.6))
    (curve,) = found.pairs
    assert found.order is Order.EXPECTED
    # Of two runs the later is preferred: 1 of (0, 1), 2 of (0, 2) and of (1, 2).
    assert curve.scores == pytest.approx((0.6, (0.9 + 0.6 + 0.6) / 3, 0.6))
    assert curve.seconds == pytest.approx((2.0, 4.0, 6.0))


def test_points_of_the_document_come_first():
    record = scored_experiment({"iris": "classification"}, {"svm": {"points": [{}]}})
    (curve,) = curves(record, three_runs("iris", 0.3, 0.9, 0.6)).pairs
    assert curve.scores == pytest.approx((0.3, 0.75, 0.6))


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param({"sampler": Sampler(kind="grid")}, id="a-grid"),
        pytest.param({"pruner": MedianPruner(kind="median")}, id="a-pruner"),
    ],
)
def test_where_orders_are_not_alike_the_curve_is_what_happened(parts: dict):
    record = saying(scored_experiment({"iris": "classification"}, {"svm": {}}), **parts)
    found = curves(record, three_runs("iris", 0.3, 0.9, 0.6))
    assert found.order is Order.REALISED
    assert found.pairs[0].scores == pytest.approx((0.3, 0.9, 0.6))


def test_a_pruned_run_costs_time_and_is_never_selected():
    record = scored_experiment({"iris": "classification"}, {"svm": {"points": [{}]}})
    pruned, better = three_runs("iris", 0.9, 0.6)
    given_up = pruned.model_copy(update={"state": OutcomeState.PRUNED})
    (curve,) = curves(record, [given_up, better]).pairs
    assert (curve.scores, curve.seconds) == (pytest.approx((0.2, 0.6)), (2.0, 4.0))


def test_failures_are_runs_that_score_as_the_baseline():
    record = scored_experiment({"iris": "classification"}, {"svm": {}})
    (curve,) = curves(
        record, [failed("svm", "iris", 0), succeeded("svm", "iris", 1, test=0.6)]
    ).pairs
    assert curve.scores == pytest.approx((0.4, 0.6))
    assert curve.normalised == pytest.approx((0.5, 1.0))


@pytest.mark.parametrize(
    ("failures", "cause"),
    [
        pytest.param("replace", Cause.ESTIMATOR_ERROR, id="replaced"),
        pytest.param("count", Cause.INTERRUPTED, id="lost-to-the-cluster"),
    ],
)
def test_failures_that_are_not_scored_are_no_runs(failures: str, cause: Cause):
    record = scored_experiment({"iris": "classification"}, {"svm": {}}, failures=failures)
    outcomes = [failed("svm", "iris", 0, cause=cause), succeeded("svm", "iris", 1, test=0.6)]
    (curve,) = curves(record, outcomes).pairs
    assert curve.scores == (0.6,)


def test_a_models_curve_is_the_mean_over_data_sets_as_far_as_all_go():
    record = scored_experiment(DATASETS, {"svm": {}})
    found = curves(record, [*three_runs("iris", 0.2, 0.6, 1.0), *three_runs("wine", 0.2, 0.2)[:2]])
    (over_all,) = [curve for curve in found.models if curve.group == "all"]
    # Iris: the mean of 0, 0.5 and 1, then of 0.5, 1 and 1; wine: never above its baseline.
    assert over_all.normalised == pytest.approx((0.5 / 2, (2.5 / 3) / 2))
    assert over_all.seconds == pytest.approx((2.0, 4.0))


def test_the_last_value_is_the_tuned_score():
    record = scored_experiment(DATASETS, {"svm": {"points": [{}]}, "knn": {}})
    outcomes = [
        succeeded(model, dataset, index, validation=v, test=t)
        for dataset in DATASETS
        for model in ("svm", "knn")
        for index, (v, t) in enumerate([(0.5, 0.6), (0.8, 0.7), (0.8, 0.9), (0.1, 0.95)])
    ]
    comparison = compare(record, [*ZERO, *outcomes], pair_states(record))
    tuned = {(c.model, c.dataset): (c.tuned, c.normalised) for c in comparison.cells}
    for curve in comparison.curves.pairs:
        last = (curve.scores[-1], curve.normalised[-1])
        assert last == pytest.approx(tuned[curve.model, curve.dataset])
