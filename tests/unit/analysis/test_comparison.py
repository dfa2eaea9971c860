from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from crosstrial.analysis.comparison import Comparison, compare
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair, PairState
from support.scored import failed, pair_states, scored_experiment, succeeded

DATASETS = {"iris": "classification", "wine": "classification", "diabetes": "regression"}
MODELS = {"svm": {"points": [{}]}, "knn": {"points": [{}]}}
TOO_FEW = (
    "No verdict: over 3 data sets no difference among 2 models can be shown; 6 data sets are the"
    " least at alpha 0.05."
)


def experiment(**changes) -> ExperimentRecord:
    return scored_experiment(DATASETS, MODELS, **changes)


def scored(
    scores: dict[str, dict[str, float]], *, index: int = 0, record: ExperimentRecord | None = None
) -> list[Outcome]:
    """One success for each data set and model."""
    record = record or experiment()
    return [
        succeeded(model, dataset, index, test=score, task=record.latest.dataset(dataset).task)
        for dataset, models in scores.items()
        for model, score in models.items()
    ]


WHOLE = {
    "iris": {"baseline": 0.2, "svm": 0.8, "knn": 0.6},
    "wine": {"baseline": 0.4, "svm": 0.5, "knn": 0.9},
    "diabetes": {"baseline": 0.0, "svm": 0.5, "knn": 0.4},
}


def without(scores: dict, *pairs: tuple[str, str]) -> dict:
    return {
        dataset: {m: s for m, s in models.items() if (m, dataset) not in pairs}
        for dataset, models in scores.items()
    }


def cell(comparison: Comparison, model: str, dataset: str):
    return next(c for c in comparison.cells if c.pair == Pair(model, dataset))


def compared(
    record: ExperimentRecord, outcomes: Iterable[Outcome], **states: PairState
) -> Comparison:
    return compare(record, outcomes, pair_states(record, **states))


def test_cells_are_in_the_order_of_the_document_and_the_baseline_is_none():
    comparison = compared(experiment(), scored(WHOLE))
    assert [(c.dataset, c.model) for c in comparison.cells] == [
        (dataset, model) for dataset in DATASETS for model in MODELS
    ]


def test_a_cell_has_the_scores_and_counts_of_its_pair():
    outcomes = [
        *scored(WHOLE),
        succeeded("svm", "iris", 1, validation=0.95, test=0.7),
        failed("svm", "iris", 2),
    ]
    found = cell(compared(experiment(), outcomes), "svm", "iris")
    assert (found.tuned, found.tuned_index, found.default) == (0.7, 1, 0.8)
    assert (found.untuned, found.baseline) == (0.7, 0.2)
    assert (found.trials, found.failed, found.missing) == (3, 1, False)
    # The best score that is reported on the data set is the default configuration's.
    assert found.normalised == pytest.approx((0.7 - 0.2) / (0.8 - 0.2))


def test_ranks_and_normalised_means_for_each_task_and_over_all():
    comparison = compared(experiment(), scored(WHOLE))
    assert comparison.ranks == {
        "classification": {"svm": 1.5, "knn": 1.5},
        "regression": {"svm": 1.0, "knn": 2.0},
        "all": {"svm": pytest.approx(4 / 3), "knn": pytest.approx(5 / 3)},
    }
    assert comparison.normalised["classification"] == {
        "svm": pytest.approx((1 + 0.2) / 2),
        "knn": pytest.approx((4 / 6 + 1) / 2),
    }
    assert comparison.points is None
    assert comparison.notes == ()
    assert comparison.verdict.sentence == TOO_FEW


def test_a_pair_without_success_scores_as_the_baseline_and_is_named():
    outcomes = [*scored(without(WHOLE, ("svm", "iris"))), failed("svm", "iris", 0)]
    comparison = compared(experiment(), outcomes)
    found = cell(comparison, "svm", "iris")
    assert (found.tuned, found.missing, found.normalised) == (None, True, 0.0)
    assert comparison.ranks["classification"] == {"svm": 2.0, "knn": 1.0}
    assert comparison.normalised["classification"]["svm"] == pytest.approx(0.1)
    assert comparison.notes[0] == (
        "No trial succeeded, scored as the baseline in ranks and normalised scores"
        " (missing: baseline): svm@iris."
    )


@pytest.mark.parametrize(
    ("state", "begins"),
    [
        pytest.param(ExperimentState.ACTIVE, "Interim", id="active"),
        pytest.param(ExperimentState.PAUSED, "Interim", id="paused"),
        pytest.param(
            ExperimentState.CANCELLED, "Cut short (the experiment is cancelled)", id="cancelled"
        ),
    ],
)
def test_while_pairs_are_open_only_the_common_points_are_compared(
    state: ExperimentState, begins: str
):
    lucky = succeeded("svm", "iris", 1, test=1.0)
    comparison = compared(
        experiment(state=state), [*scored(WHOLE), lucky], knn__wine=PairState.OPEN
    )
    assert comparison.points == 1
    found = cell(comparison, "svm", "iris")
    assert (found.tuned, found.trials) == (0.8, 1)
    assert comparison.notes[0] == (
        f"{begins}: 1 of 6 pairs still short of runsPerPair; all are compared by point 0, which"
        " ended in every pair."
    )


def test_several_common_points_are_named_by_the_first_and_the_last():
    outcomes = [*scored(WHOLE), *scored(without_baselines(WHOLE), index=1)]
    comparison = compared(
        experiment(state=ExperimentState.ACTIVE), outcomes, knn__wine=PairState.OPEN
    )
    assert comparison.points == 2
    assert "compared by points 0 to 1, which ended in every pair" in comparison.notes[0]


def without_baselines(scores: dict) -> dict:
    return without(scores, *(("baseline", dataset) for dataset in scores))


def test_nothing_is_compared_before_a_point_has_ended_in_every_pair():
    record = experiment(state=ExperimentState.ACTIVE)
    comparison = compare(record, scored(without(WHOLE, ("svm", "wine"))), {})
    assert comparison.points == 0
    assert (comparison.ranks, comparison.normalised) == ({}, {})
    assert {(c.tuned, c.normalised, c.trials) for c in comparison.cells} == {(None, None, 0)}
    assert cell(comparison, "svm", "iris").baseline == 0.2
    assert comparison.notes == (
        "Interim: 6 of 6 pairs still short of runsPerPair, and no point has ended in every pair,"
        " so nothing is compared.",
    )


def test_a_pair_that_ended_early_does_not_make_the_comparison_interim():
    outcomes = [*scored(WHOLE), succeeded("svm", "iris", 1, test=1.0)]
    comparison = compared(
        experiment(),
        outcomes,
        knn__iris=PairState.EXHAUSTED,
        knn__wine=PairState.OUT_OF_TIME,
    )
    assert cell(comparison, "svm", "iris").tuned == 1.0
    assert comparison.notes[:2] == (
        "Stopped by failuresPerPair, short of runsPerPair, and scored by the runs they had:"
        " knn@iris.",
        "Closed by secondsPerPair, so with numbers of trials of their own: knn@wine.",
    )


def test_a_blocked_data_set_is_left_out_and_named():
    scores = {dataset: WHOLE[dataset] for dataset in ("iris", "diabetes")}
    comparison = compared(
        experiment(), scored(scores), svm__wine=PairState.BLOCKED, knn__wine=PairState.BLOCKED
    )
    assert {c.dataset for c in comparison.cells} == {"iris", "diabetes"}
    assert comparison.ranks["classification"] == {"svm": 1.0, "knn": 2.0}
    assert comparison.notes[0] == "Left out, because workers could not read the data: wine."


def test_replaced_failures_are_said_to_select_survivors():
    outcomes = [*scored(WHOLE), failed("svm", "iris", 1)]
    comparison = compared(experiment(failures="replace"), outcomes)
    assert comparison.notes[0] == (
        "Failures were replaced by new draws, so the scores are of selected survivors"
        " (failed trials, not scored: 1)."
    )


@pytest.mark.parametrize(
    ("rule", "default", "note"),
    [
        pytest.param("count", 0.2, "failed and scores as the baseline: svm@iris.", id="count"),
        pytest.param("replace", None, "failed and has no score: svm@iris.", id="replace"),
    ],
)
def test_a_failed_default_configuration_is_named(rule: str, default: float | None, note: str):
    outcomes = [
        *scored(without(WHOLE, ("svm", "iris"))),
        failed("svm", "iris", 0),
        succeeded("svm", "iris", 1, test=0.8),
    ]
    comparison = compared(experiment(failures=rule), outcomes)
    assert cell(comparison, "svm", "iris").default == default
    assert f"The default configuration {note}" in comparison.notes


def test_trials_lost_to_the_cluster_are_named():
    outcomes = [*scored(WHOLE), failed("svm", "iris", 1, cause=Cause.INTERRUPTED)]
    comparison = compared(experiment(), outcomes)
    assert cell(comparison, "svm", "iris").untuned == 0.8
    assert comparison.notes[0] == (
        "Trials that the cluster interrupted too often, missing in the medians: 1 of svm@iris."
    )


def test_pruned_trials_are_named_and_never_tuned():
    given_up = succeeded("svm", "iris", 1, test=0.99).model_copy(
        update={"state": OutcomeState.PRUNED}
    )
    comparison = compared(experiment(), [*scored(WHOLE), given_up])
    assert cell(comparison, "svm", "iris").tuned_index == 0
    assert (
        "Trials that the pruner ended early, never chosen, in the medians with what they reached:"
        " 1 of svm@iris." in comparison.notes
    )


def test_a_data_set_without_a_baseline_score_is_not_averaged():
    comparison = compared(experiment(), scored(without(WHOLE, ("baseline", "wine"))))
    assert comparison.ranks["classification"] == {"svm": 1.0, "knn": 2.0}
    assert cell(comparison, "svm", "wine").normalised is None
    assert comparison.notes[0] == (
        "Not in ranks and normalised scores for want of a baseline score: wine."
    )


def test_a_model_of_one_task_is_ranked_in_that_task_only():
    record = scored_experiment(DATASETS, MODELS | {"logistic": {"tasks": ("classification",)}})
    scores = {
        dataset: models | ({"logistic": 0.95} if dataset != "diabetes" else {})
        for dataset, models in WHOLE.items()
    }
    comparison = compared(record, scored(scores, record=record))
    assert comparison.ranks["classification"]["logistic"] == 1.0
    assert set(comparison.ranks["regression"]) == {"svm", "knn"}
    assert set(comparison.ranks["all"]) == set(comparison.normalised["all"]) == {"svm", "knn"}
    assert comparison.notes[0] == (
        "Not ranked, because they do not meet every data set: logistic (over all)."
    )


def test_long_lists_of_names_are_shortened():
    datasets = dict.fromkeys((f"d{n}" for n in range(10)), "classification")
    record = scored_experiment(datasets, MODELS)
    states = {f"{model}__d{n}": PairState.BLOCKED for n in range(10) for model in MODELS}
    comparison = compared(record, [], **states)
    assert comparison.notes == (
        "Left out, because workers could not read the data: d0, d1, d2, d3, d4, d5, d6, d7"
        " and 2 more.",
    )


def test_one_model_alone_is_not_said_to_differ():
    record = scored_experiment({"iris": "classification"}, {"svm": {}})
    outcomes = scored({"iris": {"baseline": 0.2, "svm": 0.8}}, record=record)
    comparison = compared(record, outcomes)
    assert comparison.notes == ()
    assert comparison.verdict.sentence == "No verdict: no two models meet the same data sets."


def test_a_comparison_is_plain_json():
    comparison = compared(experiment(), scored(WHOLE))
    plain = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert plain["experiment"] == "demo"
    assert plain["metrics"] == {"classification": "balanced_accuracy", "regression": "r2"}
    assert plain["cells"][0]["tuned"] == 0.8
    assert plain["cells"][0]["missing"] is False
    assert plain["ranks"]["regression"] == {"svm": 1.0, "knn": 2.0}
    assert plain["selection"].startswith("Configurations are chosen by validation scores")
    assert plain["missing"] == "baseline"
    assert plain["verdict"]["sentence"] == TOO_FEW
    assert plain["notes"] == []
