from __future__ import annotations

import numpy as np
import pytest

from crosstrial.stats.effects import Record, pseudomedians, win_records
from crosstrial.stats.profile import distances_to_best


def test_wins_ties_and_losses():
    first = np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 0.0]])
    second = np.array([[0.0, 1.0], [2.0, 1.0], [1.0, 1.0]])
    assert win_records(first, second) == [Record(1, 1, 1), Record(0, 0, 3)]
    assert Record(2, 1, 0).turned() == Record(0, 1, 2)


def test_the_pseudomedian_is_the_median_of_all_means_of_two():
    # Means of 1, 2 and 6, each with itself too: 1, 1.5, 2, 3.5, 4, 6.
    assert pseudomedians(np.array([[1.0, 2.0, 6.0]])) == pytest.approx([2.75])


def test_distances_to_the_best_of_each_row():
    scores = np.array([[1.0, 0.5], [0.0, 1.0], [0.75, 0.75]])
    assert distances_to_best(scores).tolist() == [[0.0, 0.0], [0.0, 0.0], [1.0, 0.5]]
