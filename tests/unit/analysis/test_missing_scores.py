"""Half-finished, failed and exhausted pairs: how they are treated, and what the output says."""

from __future__ import annotations

import pytest

from crosstrial.analysis.comparison import Comparison, compare
from crosstrial.analysis.notes import rank_change
from crosstrial.analysis.verdict import Conclusion
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import PairState
from support.scored import failed, pair_states, scored_experiment, succeeded

DATASETS = {f"d{number}": "classification" for number in range(8)}
MODELS = {"good": {}, "fair": {}, "poor": {}}
SCORES = {"baseline": 0.2, "good": 0.9, "fair": 0.7, "poor": 0.5}
DIFFERENCES = (
    "Verdict: over {} data sets good tends to score higher than fair (p {}) and poor (p {});"
    " fair than poor (p {}) (Wilcoxon with Holm over 3 pairs; reached this way, a verdict claims"
    " anything false in at most 5 % of experiments)."
)


def outcomes(*, without: tuple[str, ...] = (), index: int = 0) -> list[Outcome]:
    """One success a pair, the first data set's lowest; those of `without` failed."""
    return [
        failed(model, dataset, index)
        if f"{model}@{dataset}" in without
        else succeeded(model, dataset, index, test=score + place / 100)
        for place, dataset in enumerate(DATASETS)
        for model, score in SCORES.items()
        if index == 0 or model != "baseline"
    ]


def compared(missing: str = "baseline", *, without: tuple[str, ...] = ()) -> Comparison:
    record = scored_experiment(DATASETS, MODELS, missing=missing)
    return compare(record, outcomes(without=without), pair_states(record))


@pytest.mark.parametrize(
    ("missing", "ranks", "said", "others", "sentence"),
    [
        pytest.param(
            "baseline",
            {"good": 10 / 8, "fair": 15 / 8, "poor": 23 / 8},
            "No trial succeeded, scored as the baseline in ranks and normalised scores (missing:"
            " baseline): good@d0.",
            "drop_dataset changes them by up to 0.25, in the same order; worst_rank changes"
            " nothing.",
            "fair tends to score higher than poor (p 0.023); no other difference is shown",
            id="baseline",
        ),
        pytest.param(
            "drop_dataset",
            {"good": 1.0, "fair": 2.0, "poor": 3.0},
            "No trial succeeded, so their data sets are left out of ranks and normalised means"
            " (missing: drop_dataset): good@d0.",
            "baseline changes them by up to 0.25, in the same order; worst_rank changes them by"
            " up to 0.25, in the same order.",
            DIFFERENCES.format(7, "0.047", "0.047", "0.047"),
            id="drop_dataset",
        ),
        pytest.param(
            "worst_rank",
            {"good": 10 / 8, "fair": 15 / 8, "poor": 23 / 8},
            "No trial succeeded, ranked last on their data sets and normalised to 0 (missing:"
            " worst_rank): good@d0.",
            "baseline changes nothing; drop_dataset changes them by up to 0.25, in the same order.",
            "fair tends to score higher than poor (p 0.023); no other difference is shown",
            id="worst_rank",
        ),
    ],
)
def test_a_failed_pair_is_treated_as_declared(
    missing: str, ranks: dict, said: str, others: str, sentence: str
):
    comparison = compared(missing, without=("good@d0",))
    assert comparison.missing == missing
    assert comparison.ranks["all"] == pytest.approx(ranks)
    assert comparison.notes[:2] == (
        said,
        f"Average ranks (over all) under other treatments: {others}",
    )
    assert sentence in comparison.verdict.sentence


def test_a_score_below_the_baseline_beats_a_missing_one_only_by_worst_rank():
    scores = {"baseline": 0.2, "good": 0.9, "poor": 0.1}
    ranks = {}
    for missing in ("baseline", "worst_rank"):
        record = scored_experiment(
            {"d0": "classification"}, {"good": {}, "poor": {}, "none": {}}, missing=missing
        )
        ended = [succeeded(model, "d0", test=score) for model, score in scores.items()]
        comparison = compare(record, [*ended, failed("none", "d0")], pair_states(record))
        ranks[missing] = comparison.ranks["all"]
    assert ranks["baseline"] == {"good": 1.0, "none": 2.0, "poor": 3.0}
    assert ranks["worst_rank"] == {"good": 1.0, "poor": 2.0, "none": 3.0}


def test_without_missing_scores_no_treatment_is_told():
    comparison = compared("drop_dataset")
    assert comparison.notes == ()
    assert comparison.alternatives == {}
    assert comparison.verdict.sentence == DIFFERENCES.format(8, *["0.023"] * 3)


def test_dropping_every_data_set_leaves_nothing_to_compare():
    comparison = compared("drop_dataset", without=tuple(f"poor@{name}" for name in DATASETS))
    assert comparison.ranks["all"] == {}
    assert comparison.verdict.conclusion is Conclusion.NOT_TESTED
    assert comparison.verdict.sentence.startswith("No verdict: over 0 data sets no difference")
    assert "leaves no data set to rank" in comparison.notes[1]


def test_an_exhausted_pair_is_scored_by_what_it_had():
    record = scored_experiment(DATASETS, MODELS)
    states = pair_states(record, good__d0=PairState.EXHAUSTED)
    comparison = compare(record, [*outcomes(), failed("good", "d0", 1)], states)
    assert comparison.ranks["all"]["good"] == 1.0
    assert comparison.notes == (
        "Stopped by failuresPerPair, short of runsPerPair, and scored by the runs they had:"
        " good@d0.",
    )
    assert comparison.verdict.conclusion is Conclusion.DIFFERENCES


def test_an_exhausted_pair_without_a_success_is_missing():
    record = scored_experiment(DATASETS, MODELS)
    states = pair_states(record, good__d0=PairState.EXHAUSTED)
    comparison = compare(record, outcomes(without=("good@d0",)), states)
    assert comparison.ranks["all"]["good"] == pytest.approx(10 / 8)
    assert [note.split(":")[0] for note in comparison.notes] == [
        "Stopped by failuresPerPair, short of runsPerPair, and scored by the runs they had",
        "No trial succeeded, scored as the baseline in ranks and normalised scores (missing",
        "Average ranks (over all) under other treatments",
    ]


@pytest.mark.parametrize(
    ("state", "conclusion", "sentence"),
    [
        pytest.param(
            ExperimentState.ACTIVE, Conclusion.NOT_TESTED,
            "No verdict yet: looking again and again would find differences that are not there.",
            id="running",
        ),
        pytest.param(
            ExperimentState.CANCELLED, Conclusion.NOT_TESTED,
            "No verdict: the experiment is cancelled, and a test is not valid where its end may"
            " depend on what was seen.",
            id="cancelled",
        ),
        pytest.param(
            ExperimentState.COMPLETED, Conclusion.DIFFERENCES,
            DIFFERENCES.format(8, *["0.023"] * 3),
            id="its budget ended it",
        ),
    ],
)  # fmt: skip
def test_a_half_finished_experiment_has_ranks_and_intervals_but_no_p(
    state: ExperimentState, conclusion: Conclusion, sentence: str
):
    record = scored_experiment(DATASETS, MODELS, state=state)
    lucky = succeeded("poor", "d0", 1, test=1.0)
    states = pair_states(record, good__d0=PairState.OPEN)
    comparison = compare(record, [*outcomes(), lucky], states)
    assert comparison.points == 1
    assert comparison.ranks["all"] == {"good": 1.0, "fair": 2.0, "poor": 3.0}
    (_, over_all) = comparison.standings
    assert over_all.intervals == {"good": (1, 1), "fair": (2, 2), "poor": (3, 3)}
    assert comparison.verdict.conclusion is conclusion
    assert comparison.verdict.sentence == sentence
    assert bool(comparison.inferences) is (conclusion is Conclusion.DIFFERENCES)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        pytest.param({"a": 1.0, "b": 2.0}, "changes nothing", id="nothing"),
        pytest.param({"a": 1.2, "b": 1.8}, "changes them by up to 0.20, in the same order",
                     id="less-apart"),
        pytest.param({"a": 1.6, "b": 1.4}, "changes them by up to 0.60, in the order b, a",
                     id="turned"),
        pytest.param({}, "leaves no data set to rank", id="nothing-left"),
    ],
)  # fmt: skip
def test_what_a_treatment_changes(new: dict, said: str):
    assert rank_change({"a": 1.0, "b": 2.0}, new) == said
