from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import friedmanchisquare

from crosstrial.stats.friedman import friedman
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


def test_without_ties_both_are_the_same():
    found = friedman(block_ranks(np.random.default_rng(0).normal(size=(12, 5))))
    assert found.uncorrected.chi2 == pytest.approx(found.tie_corrected.chi2)
    assert found.uncorrected.f_p == pytest.approx(found.tie_corrected.f_p)


def test_blocks_that_all_agree_have_no_finite_ratio():
    found = friedman(block_ranks(np.tile([0.1, 0.2, 0.3], (9, 1)))).tie_corrected
    assert (found.chi2, found.f, found.f_p) == (pytest.approx(18), None, 0.0)


def test_equal_scores_differ_in_nothing():
    found = friedman(block_ranks(np.ones((9, 3)))).tie_corrected
    assert (found.chi2, found.chi2_p, found.f_p) == (0.0, 1.0, 1.0)
