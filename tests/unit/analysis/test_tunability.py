"""What tuning bought over the default configuration."""

from __future__ import annotations

import pytest

from crosstrial.analysis.comparison import compare
from crosstrial.analysis.tunability import Tunability, tunability
from support.scored import pair_states, scored_experiment, succeeded

MODELS = {"svm": {"points": [{}]}, "knn": {"points": [{}]}, "bare": {}}


def found(*outcomes) -> dict[str, Tunability]:
    datasets = dict.fromkeys(("iris", "wine"), "classification")
    record = scored_experiment(datasets, MODELS)
    baselines = [succeeded("baseline", dataset, test=0.2) for dataset in datasets]
    comparison = compare(record, [*baselines, *outcomes], pair_states(record))
    return {one.model: one for one in tunability(comparison.cells)}


def test_a_gain_is_the_tuned_minus_the_default_score_on_the_way_from_baseline_to_best() -> None:
    svm = found(
        succeeded("svm", "iris", 0, validation=0.5, test=0.4),
        succeeded("svm", "iris", 1, validation=0.8, test=0.6),
        succeeded("knn", "iris", 0, test=0.7),
    )["svm"]
    assert svm.gains[0].gain == pytest.approx(0.4)
    assert svm.gains[0].dataset == "iris"


def test_validation_chooses_so_tuning_may_cost() -> None:
    svm = found(
        succeeded("svm", "iris", 0, validation=0.5, test=0.7),
        succeeded("svm", "iris", 1, validation=0.8, test=0.45),
        succeeded("svm", "wine", 0, validation=0.5, test=0.3),
        succeeded("svm", "wine", 1, validation=0.8, test=0.7),
    )["svm"]
    assert [gain.gain for gain in svm.gains] == pytest.approx([-0.5, 0.8])
    assert (svm.mean, svm.median, svm.improved) == (pytest.approx(0.15), pytest.approx(0.15), 1)


def test_a_model_without_its_default_among_its_points_is_left_out() -> None:
    assert set(found(succeeded("bare", "iris", test=0.9), succeeded("svm", "iris", test=0.8))) == {
        "svm"
    }


def test_the_most_tunable_model_comes_first() -> None:
    by_model = found(
        succeeded("svm", "iris", 0, test=0.7),
        succeeded("knn", "iris", 0, validation=0.1, test=0.3),
        succeeded("knn", "iris", 1, validation=0.2, test=0.7),
    )
    assert list(by_model) == ["knn", "svm"]
