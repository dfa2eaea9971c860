"""What is told of each two models, against other implementations of every test."""

from __future__ import annotations

import itertools
from dataclasses import astuple
from statistics import median

import numpy as np
import pytest
import scikit_posthocs
from scipy.stats import wilcoxon

from crosstrial.analysis import inference
from crosstrial.analysis.inference import Inference, inferences
from support.demsar import AS_PRINTED, AS_PUBLISHED
from support.score_tables import table_of

NAMES = ("C4.5", "+m", "+cf", "+m+cf")
PAIRS = np.triu_indices(4, 1)


def inferred(scores: np.ndarray, names: tuple[str, ...] = NAMES) -> Inference:
    return inferences({"all": table_of(scores, models=names)})["all"]


def test_demsars_example_as_a_whole() -> None:
    found = inferred(AS_PUBLISHED)
    assert (found.alpha, found.rope) == (0.05, 0.01)
    assert (found.friedman.uncorrected.chi2, found.friedman.uncorrected.f) == pytest.approx(
        (9.28, 3.69), abs=5e-3
    )
    assert found.critical_difference == pytest.approx(1.25, abs=5e-3)
    assert found.cliques == (("+m+cf", "+m", "+cf", "C4.5"),)


def test_each_pair_has_the_ps_of_scikit_posthocs() -> None:
    # Of so few data sets scipy is exact where there are ties, which it finds in whole numbers only.
    thousandths = np.rint(1000 * AS_PRINTED[:9])
    pairs = inferred(AS_PRINTED[:9]).pairs
    assert [(pair.first, pair.second) for pair in pairs] == list(itertools.combinations(NAMES, 2))
    plain, holm = (
        scikit_posthocs.posthoc_wilcoxon(thousandths.T.tolist(), method="auto", p_adjust=adjustment)
        for adjustment in (None, "holm")
    )
    nemenyi = scikit_posthocs.posthoc_nemenyi_friedman(thousandths)
    assert [pair.p for pair in pairs] == pytest.approx(plain.to_numpy()[PAIRS])
    assert [pair.p_holm for pair in pairs] == pytest.approx(holm.to_numpy()[PAIRS])
    assert [pair.p_nemenyi for pair in pairs] == pytest.approx(nemenyi.to_numpy()[PAIRS])


def test_each_pair_has_its_record_and_sizes() -> None:
    for pair, (first, second) in zip(
        inferred(AS_PRINTED).pairs, itertools.combinations(AS_PRINTED.T, 2), strict=True
    ):
        differences = np.round(first - second, 10)
        used = int(np.count_nonzero(differences))
        plus = wilcoxon(differences, alternative="greater").statistic
        means = [sum(two) / 2 for two in itertools.combinations_with_replacement(differences, 2)]
        assert astuple(pair.record) == ((first > second).sum(), 14 - used, (first < second).sum())
        assert pair.used == used
        assert pair.difference == pytest.approx(median(means))
        assert pair.rank_biserial == pytest.approx(4 * plus / (used * (used + 1)) - 1)


def test_a_turned_pair_is_the_test_of_the_turned_table() -> None:
    scores = np.random.default_rng(3).normal([0.0, 0.4], 0.5, size=(12, 2))
    (pair,) = inferred(scores, ("a", "b")).pairs
    (expected,) = inferred(scores[:, ::-1], ("b", "a")).pairs
    turned = pair.turned()
    assert (turned.first, turned.second, turned.record) == ("b", "a", expected.record)
    assert (turned.p, turned.p_holm, turned.used) == (expected.p, expected.p_holm, expected.used)
    assert turned.p_nemenyi == pytest.approx(expected.p_nemenyi)
    assert (turned.difference, turned.rank_biserial) == pytest.approx(
        (expected.difference, expected.rank_biserial)
    )
    assert astuple(turned.posterior) == pytest.approx(astuple(expected.posterior), abs=1e-3)
    assert pair.posterior.better < pair.posterior.worse < 1.0


def test_scores_rank_and_normalised_ones_differ() -> None:
    """A win by what floats lose is a win in ranks, and no difference in the signed-rank test."""
    scores = np.array([[0.9, 0.1]] * 8)
    normalised = np.array([[0.5, 0.5], *[[0.8, 0.2]] * 7])
    (pair,) = inferences({"all": table_of(scores, normalised)})["all"].pairs
    assert (pair.record.wins, pair.used) == (8, 7)


@pytest.mark.parametrize(
    ("models", "datasets", "is_tested"),
    [
        pytest.param(1, 20, False, id="nothing-to-compare"),
        pytest.param(2, 5, False, id="two-too-few"),
        pytest.param(2, 6, True, id="two-enough"),
        pytest.param(4, 7, False, id="four-too-few"),
        pytest.param(4, 8, True, id="four-enough"),
    ],
)
def test_only_what_could_show_a_difference_is_tested(
    models: int, datasets: int, is_tested: bool
) -> None:
    table = table_of(np.random.default_rng(0).uniform(size=(datasets, models)))
    assert inference.testable(table) is is_tested
    assert list(inferences({"regression": table, "all": table})) == (
        ["regression", "all"] if is_tested else []
    )
