from __future__ import annotations

from math import inf

import numpy as np
import pytest

from crosstrial.analysis.cells import Cell
from crosstrial.analysis.tables import alternative_ranks, group_tables, score_table
from crosstrial.domain.pair import Pair
from crosstrial.spec.document import Missing
from crosstrial.spec.node import Task


def cell(
    model: str,
    dataset: str,
    tuned: float | None,
    *,
    task: Task = "classification",
    baseline: float | None = 0.2,
    trials: int = 3,
) -> Cell:
    """A pair; without a score it has failed. Normalised scores are tenths of the others."""
    return Cell(
        dataset=dataset,
        model=model,
        task=task,
        tuned=tuned,
        tuned_index=None if tuned is None else 0,
        default=None,
        default_failed=False,
        untuned=tuned,
        baseline=baseline,
        trials=trials,
        failed=trials if tuned is None else 0,
        lost=0,
        normalised=0.0 if tuned is None else tuned / 10,
    )


HOLED = [
    cell("svm", "iris", 0.9),
    cell("knn", "iris", None),
    cell("svm", "wine", 0.1),
    cell("knn", "wine", 0.7),
]


@pytest.mark.parametrize(
    ("missing", "scores", "normalised", "dropped"),
    [
        pytest.param(
            "baseline", [[0.9, 0.2], [0.1, 0.7]], [[0.09, 0.0], [0.01, 0.07]], (), id="baseline"
        ),
        pytest.param(
            "worst_rank", [[0.9, -inf], [0.1, 0.7]], [[0.09, 0.0], [0.01, 0.07]], (),
            id="worst_rank",
        ),
        pytest.param("drop_dataset", [[0.1, 0.7]], [[0.01, 0.07]], ("iris",), id="drop_dataset"),
    ],
)  # fmt: skip
def test_a_missing_score_is_treated_as_declared(
    missing: Missing, scores: list, normalised: list, dropped: tuple
) -> None:
    table = score_table(HOLED, missing)
    assert table.models == ("svm", "knn")
    assert table.scores.tolist() == scores
    assert table.normalised == pytest.approx(np.array(normalised))
    assert table.dropped == dropped
    assert table.datasets == tuple(name for name in ("iris", "wine") if name not in dropped)
    # What was missing is told whatever becomes of it.
    assert table.missing == (Pair("knn", "iris"),)


@pytest.mark.parametrize("missing", ["baseline", "worst_rank", "drop_dataset"])
def test_the_treatment_is_that_of_every_task_and_of_all(missing: Missing) -> None:
    other = [cell("svm", "diabetes", 0.5, task="regression"), *HOLED]
    other.insert(1, cell("knn", "diabetes", None, task="regression"))
    tables = group_tables(other, missing)
    assert list(tables) == ["classification", "regression", "all"]
    assert tables["all"].scores.tolist() == score_table(other, missing).scores.tolist()
    assert tables["classification"].scores.tolist() == score_table(HOLED, missing).scores.tolist()
    assert tables["regression"].missing == (Pair("knn", "diabetes"),)


def test_dropping_everything_keeps_the_models_and_no_rank() -> None:
    table = score_table([cell("svm", "iris", None), cell("knn", "iris", 0.5)], "drop_dataset")
    assert (table.models, table.datasets, table.dropped) == (("svm", "knn"), (), ("iris",))
    assert table.scores.shape == table.normalised.shape == (0, 2)
    assert table.empty
    assert table.ranks() == {}


def test_a_model_that_does_not_meet_every_data_set_is_unranked() -> None:
    table = score_table([*HOLED, cell("tree", "iris", 0.99)], "baseline")
    assert (table.models, table.unranked) == (("svm", "knn"), ("tree",))
    assert table.ranks() == {"svm": 1.5, "knn": 1.5}


def test_what_has_no_baseline_or_no_trial_is_in_no_table() -> None:
    cells = [
        *HOLED,
        cell("svm", "zero", 0.4, baseline=None),
        cell("knn", "zero", 0.4, baseline=None),
        cell("svm", "late", None, trials=0),
        cell("knn", "late", None, trials=0),
    ]
    assert group_tables(cells, "baseline")["all"].datasets == ("iris", "wine")
    assert group_tables(cells[4:], "baseline") == {}


def test_other_treatments_are_told_of_groups_with_a_missing_score_only() -> None:
    whole = [cell(m, "diabetes", s, task="regression") for m, s in (("svm", 0.9), ("knn", 0.5))]
    alternatives = alternative_ranks([*HOLED, *whole])
    assert list(alternatives) == ["classification", "all"]
    assert alternatives["classification"] == {
        "baseline": {"svm": 1.5, "knn": 1.5},
        "drop_dataset": {"svm": 2.0, "knn": 1.0},
        "worst_rank": {"svm": 1.5, "knn": 1.5},
    }
    assert alternatives["all"]["drop_dataset"] == {"svm": 1.5, "knn": 1.5}
