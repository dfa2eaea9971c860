from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.stats import wilcoxon

from crosstrial.stats.pairwise import pairwise
from crosstrial.stats.wilcoxon import signed_ranks
from support.demsar import AS_PRINTED


def brute_force(differences: np.ndarray) -> float:
    """The share of all assignments of signs that are as extreme, zeros dropped."""
    nonzero = differences[differences != 0]
    seen = abs(_signed_sum(np.sign(nonzero), nonzero))
    sums = [
        abs(_signed_sum(np.array(signs), nonzero))
        for signs in itertools.product((-1, 1), repeat=len(nonzero))
    ]
    return float(np.mean([total >= seen for total in sums]))


def _signed_sum(signs: np.ndarray, values: np.ndarray) -> float:
    size = np.abs(values)
    ranks = [(size < s).sum() + ((size == s).sum() + 1) / 2 for s in size]
    return float(np.dot(signs, ranks))


@pytest.mark.parametrize(
    "differences",
    [
        pytest.param([1.0, 2.0, 3.0, -4.0, 5.0, 6.0], id="no-ties"),
        pytest.param([1.0, 1.0, 2.0, -2.0, 2.0, 3.0, 3.0], id="ties"),
        pytest.param([0.0, 0.0, 1.0, 1.0, -1.0, 2.0, 4.0, 4.0], id="zeros-and-ties"),
        pytest.param([1.0, 1.0, 1.0, 1.0, 1.0], id="all-alike"),
        pytest.param([0.0, 0.0, 0.0], id="all-zero"),
    ],
)
def test_p_is_the_share_of_assignments_of_signs(differences: list):
    values = np.array(differences)
    assert signed_ranks(values[np.newaxis]).p[0] == pytest.approx(brute_force(values))


@pytest.mark.parametrize("size", [5, 12, 30, 50])
def test_without_ties_p_is_scipys_exact(size: int):
    differences = np.random.default_rng(size).normal(0.3, size=(5, size))
    expected = [wilcoxon(row, method="exact").pvalue for row in differences]
    assert signed_ranks(differences).p == pytest.approx(expected)


def test_beyond_the_exact_range_p_is_scipys_approximation():
    differences = np.round(np.random.default_rng(0).normal(0.2, size=(4, 150)), 1)
    expected = [wilcoxon(row, method="approx").pvalue for row in differences]
    assert signed_ranks(differences).p == pytest.approx(expected)


def test_the_approximation_is_close_where_exactness_ends():
    differences = np.random.default_rng(0).normal(0.2, size=(4, 100))
    exact, normal = signed_ranks(differences).p, signed_ranks(differences, exact_up_to=99).p
    assert exact == pytest.approx(normal, abs=2e-3)


@pytest.mark.parametrize(
    ("exact_up_to", "method"),
    [
        pytest.param(20, "exact", id="as-many-as-are-exact"),
        pytest.param(19, "approx", id="one-more"),
    ],
)
def test_p_is_exact_up_to_a_number_of_differences(exact_up_to: int, method: str) -> None:
    differences = np.random.default_rng(0).normal(0.3, size=(3, 20))
    expected = [wilcoxon(row, method=method).pvalue for row in differences]
    assert signed_ranks(differences, exact_up_to=exact_up_to).p == pytest.approx(expected, abs=1e-9)


def test_zeros_do_not_count_among_the_differences() -> None:
    values = np.array([[1.0, 2.0, -3.0, 4.0, 5.0, 0.0, 0.0], [0.0] * 7])
    assert signed_ranks(values, exact_up_to=5).p == pytest.approx(
        [brute_force(row) for row in values]
    )
    assert signed_ranks(values, exact_up_to=0).p[1] == 1.0


def test_the_smallest_p_of_n_differences():
    smallest = [signed_ranks(np.arange(1.0, n + 1)[np.newaxis]).p[0] for n in (4, 5, 6)]
    assert smallest == pytest.approx([0.125, 0.0625, 0.03125])


def test_demsars_example_with_the_normal_approximation_of_published_tables():
    differences = pairwise(AS_PRINTED).differences
    expected = [0.0108, 0.8613, 0.0159, 0.0543, 0.3278, 0.0253]
    assert signed_ranks(differences, exact_up_to=0).p == pytest.approx(expected, abs=5e-5)


def test_sums_and_effect_sizes():
    found = signed_ranks(np.array([[1.0, -2.0, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    assert found.used.tolist() == [3, 0]
    assert (found.plus.tolist(), found.minus.tolist()) == ([4.0, 0.0], [2.0, 0.0])
    assert found.rank_biserial == pytest.approx([(4 - 2) / 6, 0.0])
