from __future__ import annotations

import numpy as np
import pytest
from scipy.special import fdtrc
from scipy.stats import friedmanchisquare

from crosstrial.stats.friedman import RankTest, friedman
from crosstrial.stats.ranks import block_ranks
from support.demsar import AS_PRINTED, AS_PUBLISHED


@pytest.mark.parametrize(
    ("scores", "uncorrected", "tie_corrected"),
    [
        pytest.param(AS_PUBLISHED, (9.28, 3.69), (10.228, 4.185), id="as-published"),
        pytest.param(AS_PRINTED, (9.857, 3.987), (10.952, 4.586), id="as-printed"),
    ],
)
def test_demsars_example(scores: np.ndarray, uncorrected: tuple, tie_corrected: tuple):
    found = friedman(block_ranks(scores))
    assert (found.uncorrected.chi2, found.uncorrected.f) == pytest.approx(uncorrected, abs=5e-3)
    assert (found.tie_corrected.chi2, found.tie_corrected.f) == pytest.approx(
        tie_corrected, abs=5e-4
    )


def test_the_corrected_test_is_scipys():
    expected = friedmanchisquare(*AS_PRINTED.T)
    found = friedman(block_ranks(AS_PRINTED)).tie_corrected
    assert (found.chi2, found.chi2_p) == pytest.approx((expected.statistic, expected.pvalue))


def ratio_of_variances(ranks: np.ndarray) -> tuple[float, float]:
    """The analysis of variance of ranks without interaction, which Iman and Davenport's F is."""
    blocks, treatments = ranks.shape
    effects = ranks.mean(axis=0)
    residuals = ranks - effects  # the mean rank is that of every block
    freedom = (treatments - 1, (treatments - 1) * (blocks - 1))
    ratio = blocks * effects.var(ddof=1) / (np.sum(residuals**2) / freedom[1])
    return ratio, fdtrc(*freedom, ratio)


ALMOST_AGREED = np.tile([0.1, 0.2, 0.3, 0.4, 0.5], (100, 1))
ALMOST_AGREED[0, 3] = 0.5


@pytest.mark.parametrize(
    "scores",
    [
        pytest.param(AS_PRINTED, id="demsar"),
        pytest.param(np.random.default_rng(0).integers(0, 4, size=(9, 6)), id="ties"),
        pytest.param(np.random.default_rng(1).normal(size=(2, 3)), id="smallest"),
        pytest.param(ALMOST_AGREED, id="all-but-agreed"),
    ],
)
def test_the_corrected_ratio_is_an_analysis_of_variance_of_ranks(scores: np.ndarray) -> None:
    ranks = block_ranks(scores)
    found = friedman(ranks).tie_corrected
    assert (found.f, found.f_p) == pytest.approx(ratio_of_variances(ranks))


def test_demsars_ratio_is_beyond_the_critical_value_that_he_prints() -> None:
    """F(3, 39) at 0.05 is 2.85: his 3.69 is significant, and p is that of his statistics."""
    found = friedman(block_ranks(AS_PUBLISHED)).uncorrected
    assert fdtrc(3, 39, 2.85) == pytest.approx(0.05, abs=5e-4)
    assert found.f_p == pytest.approx(fdtrc(3, 39, 3.69), abs=1e-4)
    assert found.chi2_p == pytest.approx(0.0258, abs=1e-4)


def test_without_ties_both_are_the_same():
    found = friedman(block_ranks(np.random.default_rng(0).normal(size=(12, 5))))
    assert found.uncorrected.chi2 == pytest.approx(found.tie_corrected.chi2)
    assert found.uncorrected.f_p == pytest.approx(found.tie_corrected.f_p)


def test_blocks_that_all_agree_have_no_finite_ratio():
    found = friedman(block_ranks(np.tile([0.1, 0.2, 0.3], (9, 1)))).tie_corrected
    assert (found.chi2, found.f, found.f_p) == (pytest.approx(18), None, 0.0)
    assert found.chi2_p == pytest.approx(np.exp(-9))  # chi-squared with two degrees of freedom


def test_equal_scores_differ_in_nothing():
    found = friedman(block_ranks(np.ones((9, 3)))).tie_corrected
    assert found == RankTest(chi2=0.0, chi2_p=1.0, f=0.0, f_p=1.0)
