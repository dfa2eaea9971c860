"""What trials cost, by model and by data set."""

from __future__ import annotations

import pytest

from crosstrial.analysis.costs import costs
from support.scored import failed, succeeded

OUTCOMES = [
    succeeded("svm", "iris", 0, test=0.5).model_copy(
        update={"seconds": 10.0, "cpu_seconds": 1800.0, "peak_memory_mb": 300.0}
    ),
    failed("svm", "wine", 0).model_copy(
        update={"seconds": 4.0, "cpu_seconds": 1800.0, "peak_memory_mb": 900.0}
    ),
    succeeded("knn", "iris", 0, test=0.5).model_copy(
        update={"seconds": 1.0, "cpu_seconds": 7200.0, "peak_memory_mb": 50.0}
    ),
]


def test_a_models_cost_is_summed_and_the_dearest_comes_first() -> None:
    knn, svm = costs(OUTCOMES, of=lambda outcome: outcome.model)
    assert (knn.name, knn.core_hours) == ("knn", 2.0)
    assert (svm.name, svm.trials, svm.seconds, svm.core_hours) == ("svm", 2, 14.0, 1.0)
    assert (svm.median_seconds, svm.peak_memory_mb) == (7.0, 900.0)


def test_what_failures_cost_is_told_apart() -> None:
    assert [cost.failed_seconds for cost in costs(OUTCOMES, of=lambda o: o.model)] == [0.0, 4.0]


def test_any_name_groups_them() -> None:
    by_dataset = {cost.name: cost.core_hours for cost in costs(OUTCOMES, of=lambda o: o.dataset)}
    assert by_dataset == {"iris": pytest.approx(2.5), "wine": pytest.approx(0.5)}


def test_no_trial_no_cost() -> None:
    assert costs([], of=lambda outcome: outcome.model) == ()
