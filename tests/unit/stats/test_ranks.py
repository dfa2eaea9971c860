from __future__ import annotations

import numpy as np
import pytest

from crosstrial.stats.ranks import average_ranks

# Demsar 2006, Table 6: C4.5, +m, +cf, +m+cf on 14 data sets, as printed.
DEMSAR = [
    [0.763, 0.768, 0.771, 0.798],
    [0.599, 0.591, 0.590, 0.569],
    [0.954, 0.971, 0.968, 0.967],
    [0.628, 0.661, 0.654, 0.657],
    [0.882, 0.888, 0.886, 0.898],
    [0.936, 0.931, 0.916, 0.931],
    [0.661, 0.668, 0.609, 0.685],
    [0.583, 0.583, 0.563, 0.625],
    [0.775, 0.838, 0.866, 0.875],
    [1.000, 1.000, 1.000, 1.000],
    [0.940, 0.962, 0.965, 0.962],
    [0.619, 0.666, 0.614, 0.669],
    [0.972, 0.981, 0.975, 0.975],
    [0.957, 0.978, 0.946, 0.970],
]


def test_ranks_of_demsars_table_as_printed():
    assert average_ranks(DEMSAR) == pytest.approx([3.143, 2.000, 2.929, 1.929], abs=5e-4)


def test_ranks_that_demsar_published_break_the_tie_in_voting():
    untied = [row[:] for row in DEMSAR]
    untied[12][2] = 0.9751
    assert average_ranks(untied) == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)


@pytest.mark.parametrize(
    ("scores", "ranks"),
    [
        pytest.param([[0.1, 0.9, 0.5]], [3, 1, 2], id="greatest-is-first"),
        pytest.param([[0.5, 0.5, 0.1]], [1.5, 1.5, 3], id="ties-share"),
        pytest.param([[1, 2], [2, 1]], [1.5, 1.5], id="mean-over-rows"),
        pytest.param([[-3.0]], [1], id="one-column"),
    ],
)
def test_average_ranks(scores: list, ranks: list):
    assert average_ranks(scores).tolist() == ranks


@pytest.mark.parametrize(
    ("scores", "message"),
    [
        pytest.param([[1.0, np.nan], [1.0, 2.0]], r"missing .*\[\[0, 1\]\]", id="a-hole"),
        pytest.param([], "at least one row", id="nothing"),
        pytest.param([[], []], "at least one row", id="no-columns"),
        pytest.param([1.0, 2.0], "at least one row", id="one-dimension"),
    ],
)
def test_incomplete_tables_are_refused(scores: list, message: str):
    with pytest.raises(ValueError, match=message):
        average_ranks(scores)
