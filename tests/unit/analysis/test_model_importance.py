"""Importances of a model over its data sets: ranked where the gate passes, else the reason."""

from __future__ import annotations

import numpy as np

from crosstrial.analysis.comparison import by_pair, compare
from crosstrial.analysis.model_importance import model_importances
from support.scored import pair_states, scored_experiment, succeeded

DATASETS = dict.fromkeys(("iris", "wine"), "classification")


def found(outcomes):
    record = scored_experiment(DATASETS, {"svm": {}})
    cells = compare(record, outcomes, pair_states(record)).cells
    return model_importances(record.latest, cells, by_pair(outcomes))


def trials(dataset: str, number: int):
    """Trials whose score is all but C's doing."""
    rng = np.random.default_rng(0)
    for index in range(number):
        c, gamma = rng.random(2).tolist()
        yield succeeded(
            "svm",
            dataset,
            index,
            test=0.5 + 0.4 * c + 0.02 * gamma,
            parameters={"C": c, "gamma": gamma},
        )


def test_parameters_are_ranked_over_the_data_sets_that_pass() -> None:
    (svm,) = found([*trials("iris", 60), *trials("wine", 10)])
    assert (svm.model, svm.active, svm.datasets) == ("svm", ("C", "gamma"), ("iris",))
    assert svm.ranks == {"C": 1.0, "gamma": 2.0}
    assert svm.shares["C"] > 0.9
    assert svm.reasons == {"10 trials are too few: 50 at least": 1}


def test_where_no_data_set_passes_there_are_reasons_only() -> None:
    (svm,) = found([*trials("iris", 10), *trials("wine", 10)])
    assert (svm.datasets, svm.ranks, svm.shares) == ((), {}, {})
    assert svm.reasons == {"10 trials are too few: 50 at least": 2}
