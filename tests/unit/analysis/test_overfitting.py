"""Train, validation and test scores of the configurations that validation chose."""

from __future__ import annotations

import pytest

from crosstrial.analysis.chosen import chosen_configurations
from crosstrial.analysis.comparison import by_pair, compare
from crosstrial.analysis.overfitting import overfitting
from support.scored import pair_states, scored_experiment, succeeded

DATASETS = dict.fromkeys(("iris", "wine", "flat"), "classification")


def found(*outcomes, datasets=("iris", "wine")):
    record = scored_experiment(DATASETS, {"svm": {}})
    baselines = [succeeded("baseline", dataset, test=0.2) for dataset in datasets]
    all_of_them = [*baselines, *outcomes]
    cells = compare(record, all_of_them, pair_states(record)).cells
    return overfitting(chosen_configurations(record.latest, cells, by_pair(all_of_them)))


def test_gaps_are_medians_in_units_of_the_way_from_baseline_to_best() -> None:
    (svm,) = found(
        succeeded("svm", "iris", 0, validation=0.8, test=0.6),
        succeeded("svm", "wine", 0, validation=0.6, test=0.7),
    )
    # Every train score is 1; the ways are 0.4 and 0.5.
    assert svm.train_gap == pytest.approx((1.0 + 0.6) / 2)
    assert svm.validation_gap == pytest.approx((0.5 - 0.2) / 2)
    assert svm.parts[0].test == pytest.approx(1)


def test_only_the_chosen_configuration_counts() -> None:
    (svm,) = found(
        succeeded("svm", "iris", 0, validation=0.3, test=0.9),
        succeeded("svm", "iris", 1, validation=0.8, test=0.6),
    )
    assert [part.dataset for part in svm.parts] == ["iris"]
    # The best reported score is the median of all trials, 0.75.
    assert svm.validation_gap == pytest.approx(0.2 / 0.55)


def test_a_data_set_on_which_nothing_is_to_be_gained_has_no_units() -> None:
    assert found(succeeded("svm", "iris", test=0.1)) == ()


def test_a_data_set_without_a_baseline_is_left_out() -> None:
    assert found(succeeded("svm", "flat", test=0.8)) == ()
