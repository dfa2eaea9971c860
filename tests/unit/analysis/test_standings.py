from __future__ import annotations

import numpy as np
import pytest

from crosstrial.analysis.standings import standings
from crosstrial.domain.pair import Pair
from support.score_tables import table_of

SCORES = np.array([[0.9, 0.5, 0.1], [0.2, 0.8, 0.4], [0.7, 0.7, 0.1]])
NORMALISED = np.array([[1.0, 0.5, 0.0], [0.0, 1.0, 0.25], [1.0, 1.0, 0.0]])


def test_a_standing_tells_ranks_by_scores_and_all_else_by_normalised_ones() -> None:
    table = table_of(
        SCORES,
        NORMALISED,
        unranked=("other",),
        missing=(Pair("m2", "d0"), Pair("m0", "d9")),
        dropped=("d9",),
    )
    (standing,) = standings({"regression": table})
    assert (standing.group, standing.models) == ("regression", ("m0", "m1", "m2"))
    assert standing.datasets == ("d0", "d1", "d2")
    assert standing.ranks == pytest.approx({"m0": 5.5 / 3, "m1": 4.5 / 3, "m2": 8 / 3})
    assert standing.best_first() == ["m1", "m0", "m2"]
    assert standing.normalised == pytest.approx({"m0": 2 / 3, "m1": 2.5 / 3, "m2": 0.25 / 3})
    assert standing.heat_map == tuple(tuple(row) for row in NORMALISED)
    assert standing.profile == {
        "m0": (0.0, 0.0, 1.0), "m1": (0.0, 0.0, 0.5), "m2": (0.75, 1.0, 1.0),
    }  # fmt: skip
    assert standing.unranked == ("other",)
    assert standing.missing == ("m2@d0", "m0@d9")
    assert standing.dropped == ("d9",)


@pytest.mark.parametrize(
    ("datasets", "models", "has_intervals"),
    [
        pytest.param(5, 2, True, id="enough"),
        pytest.param(4, 2, False, id="too-few-data-sets"),
        pytest.param(9, 1, False, id="one-model-is-always-first"),
    ],
)
def test_ranks_have_intervals_where_there_is_enough_to_tell(
    datasets: int, models: int, has_intervals: bool
) -> None:
    scores = np.random.default_rng(0).uniform(size=(datasets, models))
    (standing,) = standings({"all": table_of(scores)})
    assert (standing.intervals is not None) is has_intervals


def test_intervals_are_those_of_the_models_that_they_name() -> None:
    scores = np.tile([0.5, 0.9, 0.1], (8, 1))
    (standing,) = standings({"all": table_of(scores)})
    assert standing.intervals == {"m0": (2, 2), "m1": (1, 1), "m2": (3, 3)}


def test_of_nothing_there_is_no_standing_to_tell() -> None:
    (standing,) = standings({"all": table_of(np.empty((0, 2)))})
    assert (standing.ranks, standing.normalised, standing.profile) == ({}, {}, {})
    assert (standing.intervals, standing.heat_map, standing.best_first()) == (None, (), [])
