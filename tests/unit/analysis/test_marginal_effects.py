"""How trials fared by a hyperparameter's value."""

from __future__ import annotations

import pytest

from crosstrial.analysis.comparison import by_pair, compare
from crosstrial.analysis.marginal_effects import MOST_BINS, MarginalEffect, marginal_effects
from crosstrial.domain.cause import Cause
from support.scored import failed, pair_states, scored_experiment, succeeded

DATASETS = dict.fromkeys(("iris", "wine"), "classification")


def found(outcomes) -> dict[str, MarginalEffect]:
    record = scored_experiment(DATASETS, {"svm": {}})
    cells = compare(record, outcomes, pair_states(record)).cells
    return {
        effect.parameter: effect
        for effect in marginal_effects(record.latest, cells, by_pair(outcomes))
    }


def trial(index: int, score: float, dataset: str = "iris", **parameters):
    return succeeded("svm", dataset, index, test=score, parameters=parameters)


def test_places_go_from_the_worst_to_the_best_of_a_pair() -> None:
    kernel = found([trial(i, i / 10, kernel="rbf" if i > 1 else "poly") for i in range(4)])[
        "kernel"
    ]
    assert {b.label: b.mean for b in kernel.bins} == {
        "poly": pytest.approx(1 / 6),
        "rbf": pytest.approx(5 / 6),
    }


def test_data_sets_of_different_levels_are_pooled() -> None:
    outcomes = [trial(i, i / 10, C=i) for i in range(4)]
    outcomes += [trial(i, 0.9 + i / 100, "wine", C=i) for i in range(4)]
    bins = found(outcomes)["C"].bins
    assert [b.label for b in bins] == ["0", "1", "2", "3"]
    assert [b.mean for b in bins] == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert [b.trials for b in bins] == [2] * 4


def test_many_numbers_share_bins_and_none_is_lost() -> None:
    bins = found([trial(i, i / 100, C=i / 7) for i in range(50)])["C"].bins
    assert len(bins) == MOST_BINS
    assert sum(b.trials for b in bins) == 50
    assert [b.mean for b in bins] == sorted(b.mean for b in bins)


def test_bins_are_called_by_what_is_in_them() -> None:
    depths = [1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9]
    bins = found([trial(i, i / 100, depth=v) for i, v in enumerate(depths)])["depth"].bins
    assert [b.label for b in bins] == ["1", "2", "3 to 4", "5", "6", "7 to 8", "9"]


@pytest.mark.parametrize(
    ("value", "label"), [(0.123456, "0.123"), (2540.6, "2540"), (8.9123e-6, "8.91e-06")]
)
def test_numbers_are_told_by_three_digits(value: float, label: str) -> None:
    outcomes = [trial(i, i / 10, C=value if i else -1.0) for i in range(4)]
    assert found(outcomes)["C"].bins[1].label == label


def test_numbers_that_three_digits_do_not_tell_apart_have_more() -> None:
    outcomes = [trial(i, i / 10, units=1000 + i) for i in range(4)]
    assert [b.label for b in found(outcomes)["units"].bins] == ["1000", "1001", "1002", "1003"]


def test_numbers_come_before_words_of_the_same_parameter() -> None:
    values = [0.5, "sqrt", 0.5, "sqrt"]
    bins = found([trial(i, i / 10, features=v) for i, v in enumerate(values)])["features"].bins
    assert [b.label for b in bins] == ["0.5", "sqrt"]


def test_a_failure_of_its_own_takes_the_last_place_and_one_of_the_cluster_none() -> None:
    outcomes = [trial(i, 0.5 + i / 10, kernel="rbf") for i in range(4)]
    own = failed("svm", "iris", 4).model_copy(update={"parameters": {"kernel": "poly"}})
    lost = failed("svm", "iris", 5, cause=Cause.INTERRUPTED).model_copy(
        update={"parameters": {"kernel": "linear"}}
    )
    bins = {b.label: b for b in found([*outcomes, own, lost])["kernel"].bins}
    assert set(bins) == {"rbf", "poly"}
    assert bins["poly"].mean == 0


def test_a_parameter_that_never_varies_has_no_effect() -> None:
    assert found([trial(i, i / 10, kernel="rbf") for i in range(4)]) == {}


def test_a_pair_of_few_trials_has_no_places() -> None:
    assert found([trial(i, i / 10, C=i) for i in range(3)]) == {}
