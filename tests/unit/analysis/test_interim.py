from __future__ import annotations

import pytest

from crosstrial.analysis.interim import common_prefix, open_pairs
from crosstrial.domain.pair import Pair, PairState
from support.scored import failed, succeeded

SVM, KNN = Pair("svm", "iris"), Pair("knn", "iris")


@pytest.mark.parametrize(
    ("svm", "knn", "points"),
    [
        pytest.param([0, 1, 2], [0, 1], 2, id="the-shortest"),
        pytest.param([0, 2, 3], [0, 1, 2, 3], 1, id="up-to-a-gap"),
        pytest.param([1, 2], [0, 1, 2], 0, id="the-first-is-missing"),
        pytest.param([], [0], 0, id="nothing-yet"),
    ],
)
def test_the_common_prefix_has_ended_in_every_pair(svm: list, knn: list, points: int):
    outcomes = {
        SVM: [succeeded("svm", "iris", index, test=0.5) for index in svm],
        KNN: [failed("knn", "iris", index) for index in knn],
    }
    assert common_prefix([SVM, KNN], outcomes) == points


def test_a_pair_that_has_not_begun_is_open():
    assert open_pairs([SVM, KNN], {SVM: PairState.DONE}) == (KNN,)


def test_without_pairs_no_point_is_common():
    assert common_prefix([], {}) == 0
