from __future__ import annotations

import itertools

import numpy as np
import pytest

from crosstrial.stats.after_runs import expected_after_runs

SCORES = np.array([[0.3, 3.0], [0.9, 1.0], [0.5, 4.0], [0.1, 1.0], [0.7, 5.0]])
PREFERRED = np.array([2, 0, 4, 1, 3])  # validation does not agree with the test scores


def over_all_orders(fixed: int) -> np.ndarray:
    """Average what selection reports after each run, over every order of the others."""
    place = {run: at for at, run in enumerate(PREFERRED.tolist())}
    others = range(fixed, len(SCORES))
    curves = [
        [
            SCORES[min((*range(fixed), *order)[:k], key=place.__getitem__)]
            for k in range(1, len(SCORES) + 1)
        ]
        for order in itertools.permutations(others)
    ]
    return np.mean(curves, axis=0)


@pytest.mark.parametrize("fixed", range(6))
def test_it_is_the_mean_over_all_orders(fixed: int):
    found = expected_after_runs(PREFERRED, SCORES, fixed=fixed)
    assert found == pytest.approx(over_all_orders(fixed))


@pytest.mark.parametrize("fixed", [0, 1, 5])
def test_after_all_runs_it_is_the_selected_score(fixed: int):
    found = expected_after_runs(PREFERRED, SCORES, fixed=fixed)
    assert found[-1] == pytest.approx(SCORES[2])


def test_one_run_is_worth_the_mean():
    found = expected_after_runs(PREFERRED, SCORES, fixed=0)
    assert found[0] == pytest.approx(SCORES.mean(axis=0))


def test_many_runs_stay_exact():
    runs = 1000
    found = expected_after_runs(np.arange(runs), np.arange(runs)[:, np.newaxis] * 1.0, fixed=0)
    # The least of k of 0..n-1 is (n - k) / (k + 1) on average.
    sizes = np.arange(1, runs + 1)
    assert found[:, 0] == pytest.approx((runs - sizes) / (sizes + 1))
