from __future__ import annotations

from dataclasses import astuple

import baycomp
import numpy as np
import pytest

from crosstrial.stats.bayes import Posterior, signed_rank_posteriors
from support.demsar import AS_PRINTED

SAMPLES = 20_000


def by_baycomp(differences: np.ndarray, rope: float) -> tuple:
    zeros = np.zeros_like(differences)
    worse, equivalent, better = baycomp.two_on_multiple(
        zeros, differences, rope, nsamples=SAMPLES, random_state=1
    )
    return better, equivalent, worse


@pytest.mark.parametrize(
    "pair", [pytest.param((0, 1), id="C4.5, +m"), pytest.param((2, 3), id="+cf, +m+cf")]
)
def test_posteriors_of_demsars_example_are_those_of_baycomp(pair: tuple):
    # Not at the region's edge, where the two differ by design.
    differences = AS_PRINTED[:, pair[0]] - AS_PRINTED[:, pair[1]]
    (found,) = signed_rank_posteriors(differences[np.newaxis], rope=0.0101, samples=SAMPLES)
    assert astuple(found) == pytest.approx(by_baycomp(differences, 0.0101), abs=0.015)


def test_a_clear_difference_is_better_and_turned_it_is_worse():
    differences = np.full((1, 12), 0.2) + np.linspace(0, 0.1, 12)
    (found,) = signed_rank_posteriors(differences, rope=0.01)
    assert found.better > 0.99
    assert found.turned() == Posterior(found.worse, found.equivalent, found.better)


def test_small_differences_are_practically_none():
    differences = np.random.default_rng(0).uniform(-0.005, 0.005, size=(1, 15))
    (found,) = signed_rank_posteriors(differences, rope=0.01)
    assert found == Posterior(0.0, 1.0, 0.0)


def test_what_stands_at_the_edge_is_equivalent():
    (found,) = signed_rank_posteriors(np.full((1, 10), 0.25), rope=0.25)
    assert found == Posterior(0.0, 1.0, 0.0)


def test_the_same_data_have_the_same_posterior():
    differences = np.random.default_rng(0).normal(size=(2, 10))
    both = signed_rank_posteriors(differences, rope=0.01)
    assert both == signed_rank_posteriors(differences, rope=0.01)
    assert signed_rank_posteriors(differences[1:], rope=0.01) == both[1:]
