from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import bootstrap

from crosstrial.stats.ranks import average_ranks, block_ranks, rank_intervals
from support.demsar import AS_PRINTED, AS_PUBLISHED


def test_ranks_of_demsars_table_as_printed():
    assert average_ranks(AS_PRINTED) == pytest.approx([3.143, 2.000, 2.929, 1.929], abs=5e-4)


def test_ranks_that_demsar_published_break_the_tie_in_voting():
    assert average_ranks(AS_PUBLISHED) == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)


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


def test_intervals_hold_the_mean_and_are_the_same_each_time():
    ranks = block_ranks(AS_PRINTED)
    intervals = rank_intervals(ranks)
    assert intervals is not None
    means = ranks.mean(axis=0)
    assert (intervals[:, 0] < means).all()
    assert (means < intervals[:, 1]).all()
    assert intervals.tolist() == rank_intervals(ranks).tolist()


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    generator = np.random.default_rng(0)
    held = []
    for _ in range(150):
        intervals = rank_intervals(block_ranks(generator.normal(size=(20, 3))))
        held += [low <= 2 <= high for low, high in intervals.tolist()]
    # The percentile bootstrap of 20 rows is a little too narrow.
    assert 0.90 < np.mean(held) < 0.97


def test_more_rows_are_surer():
    generator = np.random.default_rng(0)
    few, many = (rank_intervals(block_ranks(generator.normal(size=(rows, 4)))) for rows in (8, 200))
    assert np.ptp(many, axis=1).max() < np.ptp(few, axis=1).min()


def test_four_rows_have_no_interval():
    assert rank_intervals(block_ranks(AS_PRINTED[:4])) is None
    assert rank_intervals(block_ranks(AS_PRINTED[:5])) is not None


@pytest.mark.parametrize("confidence", [0.95, 0.5])
def test_intervals_are_scipys_percentile_bootstrap(confidence: float) -> None:
    ranks = block_ranks(np.random.default_rng(5).normal([0, 0, 0, 0, 1], size=(200, 5)))
    expected = bootstrap(
        (ranks,), np.mean, confidence_level=confidence, method="percentile", rng=1
    ).confidence_interval
    found = rank_intervals(ranks, confidence=confidence)
    assert found is not None
    # Two bootstraps differ: by a twentieth of the half width, that of 96 % by a tenth.
    width = np.mean(expected.high - expected.low)
    assert np.mean(found[:, 1] - found[:, 0]) == pytest.approx(width, rel=0.04)
    assert found == pytest.approx(np.column_stack([expected.low, expected.high]), abs=width / 10)


def test_the_same_ranks_have_the_same_intervals() -> None:
    ranks = block_ranks(np.random.default_rng(5).normal(size=(500, 9)))
    assert np.array_equal(rank_intervals(ranks), rank_intervals(ranks))
