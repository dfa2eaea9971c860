from __future__ import annotations

import numpy as np
import pytest
import scikit_posthocs

from crosstrial.stats.nemenyi import critical_difference, nemenyi_p, rank_groups
from crosstrial.stats.ranks import average_ranks
from support.demsar import AS_PRINTED, AS_PUBLISHED


def test_demsars_critical_difference():
    found = critical_difference(treatments=4, blocks=14, alpha=0.05)
    assert found == pytest.approx(1.25, abs=5e-3)


def test_p_is_that_of_scikit_posthocs():
    first, second = np.triu_indices(4, 1)
    ranks = average_ranks(AS_PRINTED)
    found = nemenyi_p(ranks[first] - ranks[second], treatments=4, blocks=14)
    expected = scikit_posthocs.posthoc_nemenyi_friedman(AS_PRINTED).to_numpy()
    assert found == pytest.approx(expected[first, second])


@pytest.mark.parametrize(
    ("ranks", "critical", "groups"),
    [
        pytest.param([1.0, 2.0, 3.0], 1.5, ((0, 1), (1, 2)), id="overlapping"),
        pytest.param([3.0, 1.0, 2.0], 1.5, ((1, 2), (2, 0)), id="best-first"),
        pytest.param([1.0, 1.5, 4.0], 1.0, ((0, 1),), id="no-group-of-one"),
        pytest.param([1.0, 2.0, 3.0], 5.0, ((0, 1, 2),), id="none-within-another"),
        pytest.param([1.0, 2.0], 1.0, (), id="critical-is-apart"),
        pytest.param([2.0, 2.0, 2.0], 0.5, ((0, 1, 2),), id="equal"),
        pytest.param(
            [2.0, 1.0] * 20, 0.5, (tuple(range(1, 40, 2)), tuple(range(0, 40, 2))),
            id="equal-in-their-order",
        ),
        pytest.param([1.0, 5.0, 5.2, 9.0], 0.5, ((1, 2),), id="the-best-alone"),
    ],
)  # fmt: skip
def test_groups(ranks: list, critical: float, groups: tuple):
    assert rank_groups(np.array(ranks), critical) == groups


def test_demsars_models_are_not_told_apart():
    assert rank_groups(average_ranks(AS_PUBLISHED), 1.2536) == ((3, 1, 2, 0),)
