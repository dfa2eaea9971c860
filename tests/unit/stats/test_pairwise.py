from __future__ import annotations

import numpy as np
import pytest
import scikit_posthocs

from crosstrial.stats.pairwise import ALPHA, fewest_blocks, holm, pairwise
from crosstrial.stats.wilcoxon import signed_ranks
from support.demsar import AS_PRINTED

PAIRS = np.triu_indices(4, 1)


def test_holm_of_demsars_example():
    p = signed_ranks(pairwise(AS_PRINTED).differences, exact_up_to=0).p
    expected = [0.0645, 0.8613, 0.0794, 0.1630, 0.6557, 0.1013]
    assert holm(p) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("scores", "exact_up_to", "method"),
    [
        pytest.param(AS_PRINTED, 0, "approx", id="demsar, approximate"),
        pytest.param(np.random.default_rng(0).normal(size=(20, 4)), 100, "exact", id="exact"),
        pytest.param(
            np.round(np.random.default_rng(1).normal(size=(9, 4))), 100, "auto", id="ties"
        ),
    ],
)
def test_wilcoxon_and_holm_are_those_of_scikit_posthocs(
    scores: np.ndarray, exact_up_to: int, method: str
):
    found = signed_ranks(pairwise(scores).differences, exact_up_to=exact_up_to).p
    for p, adjustment in ((found, None), (holm(found), "holm")):
        expected = scikit_posthocs.posthoc_wilcoxon(
            scores.T.tolist(), method=method, p_adjust=adjustment
        )
        assert p == pytest.approx(expected.to_numpy()[PAIRS])


def test_pairs_are_first_minus_second():
    found = pairwise(np.array([[3.0, 1.0, 2.0]]))
    assert (found.first.tolist(), found.second.tolist()) == ([0, 0, 1], [1, 2, 2])
    assert found.differences.tolist() == [[2.0], [1.0], [-1.0]]


def test_what_floats_lose_is_no_difference():
    assert pairwise(np.array([[0.1 + 0.2, 0.3]])).ranks.used.tolist() == [0]


def test_holm_never_falls_and_is_at_most_one():
    p = np.array([0.04, 0.01, 0.03, 0.9])
    assert holm(p) == pytest.approx([0.09, 0.04, 0.09, 0.9])
    assert holm(np.array([0.6, 0.7])).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(("models", "datasets"), [(2, 6), (3, 7), (4, 8), (5, 9), (20, 13)])
def test_the_fewest_data_sets_that_can_show_anything(models: int, datasets: int):
    assert fewest_blocks(models) == datasets
    # The clearest of all results: every data set has the models in one order.
    for blocks, shown in ((datasets, True), (datasets - 1, False)):
        scores = np.outer(np.arange(1, blocks + 1), np.arange(models))
        assert (pairwise(scores).holm.min() <= ALPHA) is np.bool_(shown)


def test_a_smallest_p_of_alpha_itself_is_enough() -> None:
    assert fewest_blocks(2, alpha=2.0**-5) == 6
