from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from crosstrial.analysis.comparison import Comparison, compare
from crosstrial.analysis.inference import inferences
from crosstrial.analysis.verdict import Conclusion, Verdict, p_text, verdict
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.spec.node import Task
from crosstrial.stats.effects import Record
from crosstrial.stats.pairwise import ALPHA
from support.score_tables import table_of
from support.scored import pair_states, scored_experiment, succeeded
from support.simulated_scores import (
    NULL,
    POWER,
    SHIFT,
    null_table,
    paired_deviation,
    shifted_table,
    verdict_on,
)


def compared(record: ExperimentRecord, scores: dict[str, list[float]]) -> Comparison:
    """Compare by one score a model and data set."""
    names = [dataset.name for dataset in record.latest.datasets]
    outcomes = [
        succeeded(model, dataset, test=score, task=record.latest.dataset(dataset).task)
        for model, values in {"baseline": [0.0] * len(names), **scores}.items()
        for dataset, score in zip(names, values, strict=False)
    ]
    return compare(record, outcomes, pair_states(record))


def datasets(count: int, task: Task = "classification") -> dict[str, Task]:
    return {f"{task[0]}{number}": task for number in range(count)}


def test_two_models_need_no_correction():
    record = scored_experiment(datasets(6), {"a": {}, "b": {}})
    steps = [0.01, 0.02, 0.03, 0.04, 0.05, 0.06]
    comparison = compared(record, {"a": [0.5] * 6, "b": [0.5 - step for step in steps]})
    assert comparison.verdict.sentence == (
        "Verdict: over 6 data sets a tends to score higher than b (p 0.031) (Wilcoxon; reached"
        " this way, a verdict claims anything false in at most 5 % of experiments)."
    )
    (claim,) = comparison.verdict.claims
    assert (claim.group, claim.greater, claim.smaller) == ("all", "a", "b")
    assert claim.p_holm == 0.03125


def test_no_difference_shown_is_not_said_to_be_equality():
    record = scored_experiment(datasets(8), {"a": {}, "b": {}})
    comparison = compared(record, {"a": [0.5] * 8, "b": [0.4, 0.6] * 4})
    assert comparison.verdict.conclusion is Conclusion.NONE_SHOWN
    assert comparison.verdict.sentence == (
        "Verdict: over 8 data sets no difference among 2 models is shown (Wilcoxon, smallest p"
        " 0.28); that does not show that they are equal."
    )


def test_too_few_data_sets_for_so_many_models():
    models = {name: {} for name in "abcd"}
    record = scored_experiment(datasets(7), models)
    comparison = compared(record, {m: [0.5 - i / 10] * 7 for i, m in enumerate(models)})
    assert comparison.verdict.sentence == (
        "No verdict: over 7 data sets no difference among 4 models can be shown; 8 data sets are"
        " the least at alpha 0.05."
    )
    assert (comparison.inferences, comparison.verdict.claims) == ({}, ())


def test_tasks_without_a_model_in_common_share_the_chance_of_a_false_claim():
    tasks = datasets(7) | datasets(6, "regression")
    record = scored_experiment(
        tasks,
        {
            **{name: {"tasks": ("classification",)} for name in ("a", "b")},
            **{name: {"tasks": ("regression",)} for name in ("c", "d")},
        },
        applications={
            name: ["a", "b"] if task == "classification" else ["c", "d"]
            for name, task in tasks.items()
        },
    )
    falling = [0.5 - step / 100 for step in range(1, 8)]
    comparison = compared(
        record,
        {
            "a": [0.5] * 7,
            "b": falling,
            "c": [0.0] * 7 + [0.5] * 6,
            "d": [0.0] * 7 + falling[:6],
        },
    )
    assert comparison.verdict.groups == ("classification", "regression")
    # Six data sets come to 0.031, which is not enough at half of 0.05.
    assert comparison.verdict.sentence == (
        "Verdict: over 7 data sets (classification) a tends to score higher than b (p 0.016)"
        " (Wilcoxon; reached this way, a verdict claims anything false in at most 2.5 % of"
        " experiments). No verdict: over 6 data sets (regression) no difference among 2 models"
        " can be shown; 7 data sets are the least at alpha 0.025."
    )


def test_many_claims_are_told_in_short_and_kept_in_full():
    models = {f"m{number}": {} for number in range(7)}
    record = scored_experiment(datasets(12), models)
    comparison = compared(
        record,
        {m: [0.9 - i / 10 - s * i / 1000 for s in range(12)] for i, m in enumerate(models)},
    )
    assert len(comparison.verdict.claims) == 21
    assert (
        "m0 tends to score higher than m1 (p 0.010), m2 (p 0.010), m3 (p 0.010), m4 (p 0.010) and"
        " 2 more; m1 than m2" in comparison.verdict.sentence
    )
    assert "; 2 more models than others (Wilcoxon" in comparison.verdict.sentence


@pytest.mark.parametrize("sign", [1, -1])
def test_who_wins_most_and_not_all_is_claimed_to_be_greater(sign: int) -> None:
    differences = np.array([-0.01, *np.arange(2, 13) / 100])
    (claim,) = verdict_on(table_of(np.outer(differences, [sign, 0]))).claims
    assert (claim.greater, claim.smaller) == (("m0", "m1") if sign > 0 else ("m1", "m0"))


def test_of_one_data_set_nothing_can_be_shown() -> None:
    assert verdict_on(table_of(np.array([[0.9, 0.1]]))) == Verdict(
        Conclusion.NOT_TESTED,
        ALPHA,
        groups=("all",),
        claims=(),
        sentence=(
            "No verdict: over one data set no difference among 2 models can be shown; 6 data sets"
            " are the least at alpha 0.05."
        ),
    )


def test_what_may_not_be_tested_is_not() -> None:
    tables = {"all": table_of(np.outer(np.arange(1, 9), [0.1, 0.2]))}
    found = verdict(tables, inferences(tables), untested="Not yet.")
    assert found == Verdict(Conclusion.NOT_TESTED, ALPHA, (), (), "Not yet.")


@pytest.mark.parametrize(
    ("models", "losers", "winners"),
    [
        pytest.param(
            5, "m1 (p {p}), m2 (p {p}), m3 (p {p}) and m4 (p {p}); m1 than", "m3 than m4 (p {p}) (",
            id="all-are-named",
        ),
        pytest.param(
            6, "m1 (p {p}), m2 (p {p}), m3 (p {p}), m4 (p {p}) and 1 more; m1 than",
            "m3 than m4 (p {p}) and m5 (p {p}); 1 more models than others (", id="one-is-not",
        ),
    ],
)  # fmt: skip
def test_up_to_four_are_named(models: int, losers: str, winners: str) -> None:
    scores = np.outer(np.arange(1, 13), -np.arange(models)) / 100
    sentence = verdict_on(table_of(scores)).sentence
    p = p_text(models * (models - 1) / 2 * 2.0**-11)
    assert f"m0 tends to score higher than {losers.format(p=p)}" in sentence
    assert winners.format(p=p) in sentence


def test_a_p_of_alpha_itself_is_claimed_and_a_greater_one_is_not() -> None:
    scores = np.arange(12.0).reshape(6, 2) ** 2
    tables = {"all": table_of(scores)}
    (tested,) = inferences(tables).values()
    for p, claims in ((ALPHA, 1), (np.nextafter(ALPHA, 1), 0)):
        pairs = tuple(replace(pair, p_holm=p) for pair in tested.pairs)
        found = verdict(tables, {"all": replace(tested, pairs=pairs)}, untested="")
        assert len(found.claims) == claims


def test_a_test_has_everything_that_is_said_of_two_models():
    record = scored_experiment(datasets(10), {"a": {}, "b": {}})
    comparison = compared(record, {"a": [0.5] * 10, "b": [0.3] * 9 + [0.5]})
    (pair,) = comparison.inferences["all"].pairs
    assert (pair.first, pair.second, pair.record, pair.used) == ("a", "b", Record(9, 1, 0), 9)
    assert pair.p == pair.p_holm == pytest.approx(2 / 2**9)
    assert (pair.difference, pair.rank_biserial) == (pytest.approx(0.4), 1.0)
    assert pair.posterior.better > 0.9
    turned = pair.turned()
    assert (turned.first, turned.difference, turned.record) == (
        "b", pytest.approx(-0.4), Record(0, 1, 9),
    )  # fmt: skip


def test_json_has_everything_for_a_report():
    record = scored_experiment(datasets(10), {"a": {}, "b": {}})
    comparison = compared(record, {"a": [0.5] * 10, "b": [0.4] * 10})
    plain = json.loads(json.dumps(comparison.to_dict(), allow_nan=False))
    assert plain["verdict"]["claims"] == [
        {"group": "all", "greater": "a", "smaller": "b", "p_holm": 2 / 2**10}
    ]
    (standing,) = [one for one in plain["standings"] if one["group"] == "all"]
    assert standing["intervals"] == {"a": [1, 1], "b": [2, 2]}
    assert standing["heat_map"][0] == [1.0, pytest.approx(0.8)]
    assert standing["profile"]["b"] == pytest.approx([0.2] * 10)
    tests = plain["inferences"]["all"]
    # All data sets agree, which no finite F can tell.
    assert tests["friedman"]["tie_corrected"]["f"] is None
    assert tests["critical_difference"] == pytest.approx(1.96 / 10**0.5, abs=1e-3)
    assert tests["pairs"][0]["record"] == {"wins": 10, "ties": 0, "losses": 0}
    assert plain["curves"]["order"] == "expected"
    assert plain["curves"]["models"][1]["normalised"] == pytest.approx([0.8])


@pytest.mark.parametrize(
    ("p", "text"), [(0.00099, "< 0.001"), (0.001, "0.0010"), (0.0456, "0.046"), (1.0, "1.0")]
)
def test_p_is_told_with_two_digits(p: float, text: str):
    assert p_text(p) == text


def test_where_nothing_differs_few_verdicts_claim_that_something_does():
    """The short form of `benchmarks/verdicts.py`, which has 10,000 experiments."""
    generator = np.random.default_rng(7)
    experiments = 150
    verdicts = [verdict_on(null_table(NULL[i % len(NULL)], generator)) for i in range(experiments)]
    # More has a chance of one in a hundred at 5 %.
    assert sum(bool(verdict.claims) for verdict in verdicts) <= ALPHA * experiments + 7


def test_a_shift_of_one_standard_deviation_is_found_four_times_in_five():
    generator = np.random.default_rng(7)
    deviation = paired_deviation(POWER, generator, tables=50)
    verdicts = [
        verdict_on(shifted_table(POWER, generator, deviation=deviation, shift=SHIFT))
        for _ in range(40)
    ]
    found = [claim for verdict in verdicts for claim in verdict.claims if claim.greater == "m0"]
    assert len(found) / len(verdicts) / (POWER.models - 1) >= 0.8
