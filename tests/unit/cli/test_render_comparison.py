from __future__ import annotations

import pytest

from crosstrial.analysis.comparison import Comparison, compare
from crosstrial.cli.render.comparison import show_comparison
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.pair import PairState
from support.scored import pair_states, scored_experiment, succeeded

TESTED = """
Average ranks (all, 10 data sets); a bar joins what the Nemenyi test, for display, does not tell apart
(critical difference 1.05)
1                             2                             3
+-----------------------------+-----------------------------+
*                                                              1.00 forest
                                 *                             2.10 ridge
                                                         *     2.90 svm
                                 =========================
all models at once: Friedman chi2 18.20 (p < 0.001), Iman-Davenport F 91.00 (p < 0.001), corrected for ties

forest against the others
MODEL   AGAINST  WON/TIED/LOST    DIFF  EFFECT       P  BETTER   EQUAL   WORSE
forest  ridge    10/0/0         +0.250  +1.000  0.0059  > 0.99  < 0.01  < 0.01
forest  svm      10/0/0         +0.375  +1.000  0.0059  > 0.99  < 0.01  < 0.01
"""  # noqa: E501


def comparison(*, datasets: int = 10, running: bool = False) -> Comparison:
    """On the last data set svm is ahead of ridge."""
    names = [f"d{number}" for number in range(datasets)]
    record = scored_experiment(
        dict.fromkeys(names, "classification"),
        {"ridge": {}, "svm": {}, "forest": {}},
        state=ExperimentState.ACTIVE if running else ExperimentState.COMPLETED,
    )
    scores = {"baseline": 0.0, "ridge": 0.6, "svm": 0.5, "forest": 0.8}
    outcomes = [
        succeeded(model, dataset, test=0.7 if (model, dataset) == ("svm", "d9") else score)
        for dataset in names
        for model, score in scores.items()
    ]
    states = pair_states(record)
    if running:
        states[next(iter(states))] = PairState.OPEN
    return compare(record, outcomes, states)


def shown(capsys: pytest.CaptureFixture, found: Comparison, *, wide: bool = False) -> str:
    show_comparison(found, wide=wide)
    return capsys.readouterr().out


def test_ranks_diagram_tests_and_a_verdict(capsys: pytest.CaptureFixture):
    text = shown(capsys, comparison())
    assert TESTED in text
    assert "Configurations are chosen by validation scores and reported by test scores" in text
    assert text.rstrip().splitlines()[-1] == (
        "Verdict: over 10 data sets forest tends to score higher than ridge (p 0.0059) and svm"
        " (p 0.0059); ridge than svm (p 0.021) (Wilcoxon with Holm over 3 pairs; reached this way,"
        " a verdict claims anything false in at most 5 % of experiments)."
    )


def test_wide_has_every_two_models(capsys: pytest.CaptureFixture):
    text = shown(capsys, comparison(), wide=True)
    assert "Every two models" in text
    assert "ridge  svm      9/0/1" in text


def test_intervals_stand_beside_the_ranks(capsys: pytest.CaptureFixture):
    text = shown(capsys, comparison())
    (line,) = [line for line in text.splitlines() if line.startswith("ridge   ")]
    assert line.split()[:3] == ["ridge", "2.10", "2.0-2.3"]


@pytest.mark.parametrize(
    ("found", "begins"),
    [
        pytest.param(comparison(datasets=3), "No verdict: over 3 data sets", id="too-few"),
        pytest.param(comparison(running=True), "No verdict yet:", id="running"),
    ],
)
def test_without_a_test_there_is_no_diagram_and_no_p(
    capsys: pytest.CaptureFixture, found: Comparison, begins: str
):
    text = shown(capsys, found)
    assert begins in text
    assert "Nemenyi" not in text
    assert "(p " not in text
    assert "forest  " in text
