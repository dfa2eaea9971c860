"""Curves of the chosen configurations by epochs."""

from __future__ import annotations

import pytest

from crosstrial.analysis.chosen import Chosen
from crosstrial.analysis.learning_curves import MOST_POINTS, learning_curves
from crosstrial.domain.curve import Curve, packed, scored_epochs
from support.scored import succeeded

METRIC = "balanced_accuracy"


def chosen(*curves: list[float | None], dataset: str = "iris", every: int = 1) -> Chosen:
    """A configuration of `net` with a split for each validation curve; baseline 0, best 1."""
    outcome = succeeded("net", dataset, test=[0.5] * len(curves))
    splits = tuple(
        split.model_copy(update={"curve": _curve(values, every)})
        for split, values in zip(outcome.splits, curves, strict=True)
    )
    return Chosen(
        "net", dataset, outcome.model_copy(update={"splits": splits}), METRIC, baseline=0, best=1
    )


def _curve(values: list[float | None], every: int) -> Curve:
    column = {METRIC: packed(values)}
    return Curve(every=every, last=every * len(values), train={}, validation=column, test=column)


def test_splits_are_averaged_and_then_data_sets() -> None:
    (net,) = learning_curves([chosen([0.0, 0.5], [0.5, 1.0]), chosen([0.25, 0.25], dataset="wine")])
    assert (net.epochs, net.datasets) == ((1, 2), ("iris", "wine"))
    assert net.validation == pytest.approx((0.25, 0.5))


def test_a_part_that_was_not_scored_has_none() -> None:
    (net,) = learning_curves([chosen([0.5, 0.5])])
    assert net.train == (None, None)


def test_a_curve_that_ends_earlier_keeps_its_last_value() -> None:
    (net,) = learning_curves([chosen([0.5, 0.75]), chosen([0.25], dataset="wine")])
    assert net.validation == pytest.approx((0.375, 0.5))


def test_a_score_that_could_not_be_computed_is_the_last_one_that_could() -> None:
    (net,) = learning_curves([chosen([None, 0.5, None])])
    assert net.validation == (None, 0.5, 0.5)


def test_long_curves_are_thinned_and_keep_their_end() -> None:
    (net,) = learning_curves([chosen([0.5] * 250, every=2)])
    assert len(net.epochs) <= MOST_POINTS + 1
    assert (net.epochs[0], net.epochs[-1]) == (2, scored_epochs(2, 500)[-1])


def test_models_without_epochs_have_no_curve() -> None:
    plain = Chosen("svm", "iris", succeeded("svm", "iris", test=0.5), METRIC, 0, 1)
    assert learning_curves([plain]) == ()
