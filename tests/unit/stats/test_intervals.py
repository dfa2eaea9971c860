"""Intervals of means over replicates, against scipy's own and a value from a table."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from crosstrial.stats.intervals import mean_interval


def test_the_interval_is_scipys_for_every_column() -> None:
    replicates = np.random.default_rng(0).normal(size=(6, 4))
    lower, upper = mean_interval(replicates)
    for column in range(4):
        values = replicates[:, column]
        low, high = stats.t.interval(0.95, 5, loc=values.mean(), scale=stats.sem(values))
        assert (lower[column], upper[column]) == pytest.approx((low, high))


def test_two_replicates_by_hand() -> None:
    lower, upper = mean_interval(np.array([[1.0], [2.0]]))
    # Mean 1.5, s / sqrt(2) = 0.5, t with one degree of freedom 12.706.
    assert (lower[0], upper[0]) == pytest.approx((1.5 - 6.353, 1.5 + 6.353), abs=1e-3)


def test_replicates_that_agree_leave_no_width() -> None:
    lower, upper = mean_interval(np.full((3, 2), 0.25))
    assert lower.tolist() == upper.tolist() == [0.25, 0.25]
