"""What each pair, and each model, is worth after k runs: its score against runs and seconds.

As everywhere, validation selects among the runs so far and the test score is reported. A pair
that is searched several times has the mean over its searches, and an interval from them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from crosstrial.analysis.cells import Cell, Outcomes, best_reported, primary_metric
from crosstrial.analysis.normalise import normalised_score
from crosstrial.analysis.scores import mean_score
from crosstrial.analysis.searches import by_search
from crosstrial.analysis.selection import Scoring
from crosstrial.analysis.tables import ScoreTable
from crosstrial.domain.experiment import Revision
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair
from crosstrial.domain.search import place_of
from crosstrial.stats.after_runs import expected_after_runs
from crosstrial.stats.intervals import mean_interval

# What is measured after each run: columns of the curves of a search.
SCORE, NORMALISED, SECONDS = range(3)


class Order(StrEnum):
    """Whether a curve is the expectation over all orders of the runs, or what happened."""

    EXPECTED = "expected"
    REALISED = "realised"


@dataclass(frozen=True)
class Band:
    """The 95 % interval of each number of a curve, from the searches behind it."""

    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class PairCurve:
    """A pair after 1, 2, ... runs of a search: test score, normalised score, seconds spent.

    Means over the pair's searches; a band is None where there is one.
    """

    model: str
    dataset: str
    scores: tuple[float, ...]
    normalised: tuple[float, ...]
    seconds: tuple[float, ...]
    scores_band: Band | None = None
    normalised_band: Band | None = None


@dataclass(frozen=True)
class ModelCurve:
    """A model after 1, 2, ... runs a search of each pair: means over a group's data sets."""

    group: str
    model: str
    normalised: tuple[float, ...]
    seconds: tuple[float, ...]
    normalised_band: Band | None = None


@dataclass(frozen=True)
class AfterRuns:
    """All curves; `order` says what they are, `searches` how many are behind each."""

    order: Order
    searches: int
    pairs: tuple[PairCurve, ...]
    models: tuple[ModelCurve, ...]


def after_runs(
    revision: Revision, cells: Sequence[Cell], outcomes: Outcomes, tables: Mapping[str, ScoreTable]
) -> AfterRuns:
    """Return the curves of every pair with a baseline score, and of every ranked model.

    Runs that the cluster lost are none; a failure scores as the baseline, or is none either
    where failures are replaced. A pruned run costs its seconds and is never selected. Of a pair
    with several searches the curve goes as far as all of them.
    """
    best = best_reported(cells)
    measured = {
        cell.pair: _measured(revision, cell, outcomes.get(cell.pair, ()), best=best[cell.dataset])
        for cell in cells
        if cell.baseline is not None and cell.dataset in best
    }
    return AfterRuns(
        order=order_of(revision),
        searches=revision.document.spec.searches,
        pairs=tuple(
            _pair_curve(pair, curves) for pair, curves in measured.items() if curves.shape[1]
        ),
        models=tuple(
            curve
            for group, table in tables.items()
            for model in table.models
            for curve in _model_curve(
                group, model, [measured[Pair(model, d)] for d in table.datasets]
            )
        ),
    )


def order_of(revision: Revision) -> Order:
    """Return what curves can be: with `random` each order of the drawn points was as likely.

    Other samplers adapt, or cover the space in order, and a pruner looks at what ended before.
    """
    spec = revision.document.spec
    free = spec.sampler.kind == "random" and spec.pruner.kind == "none"
    return Order.EXPECTED if free else Order.REALISED


def _measured(
    revision: Revision, cell: Cell, outcomes: Sequence[Outcome], *, best: float
) -> NDArray[np.float64]:
    """Return the curves of a pair: search x runs x (score, normalised score, seconds)."""
    spec = revision.document.spec
    scoring = Scoring(
        primary_metric(spec.evaluation, cell.task), cell.baseline, spec.evaluation.failures
    )
    curves = [
        _search_curve(revision, cell, scoring, own, best=best) for own in by_search(outcomes, spec)
    ]
    runs = min(len(curve) for curve in curves)
    return np.array([curve[:runs] for curve in curves])


def _search_curve(
    revision: Revision, cell: Cell, scoring: Scoring, outcomes: Sequence[Outcome], *, best: float
) -> NDArray[np.float64]:
    runs = [outcome for outcome in outcomes if scoring.test_score(outcome) is not None]
    if not runs:
        return np.empty((0, 3))
    baseline = 0.0 if cell.baseline is None else cell.baseline
    reported = [mean_score(run, "test", scoring.metric) for run in runs]
    scores = [baseline if score is None else score for score in reported]
    measures = np.array(
        [(score, normalised_score(score, baseline=baseline, best=best)) for score in scores]
    )
    fixed = _fixed(revision, cell.model, runs)
    expected = expected_after_runs(_preferred(runs, scoring.metric), measures, fixed=fixed)
    return np.column_stack([expected, _seconds(runs, fixed)])


def _pair_curve(pair: Pair, curves: NDArray[np.float64]) -> PairCurve:
    mean = curves.mean(axis=0)
    return PairCurve(
        model=pair.model,
        dataset=pair.dataset,
        scores=tuple(mean[:, SCORE].tolist()),
        normalised=tuple(mean[:, NORMALISED].tolist()),
        seconds=tuple(mean[:, SECONDS].tolist()),
        scores_band=_band(curves[:, :, SCORE]),
        normalised_band=_band(curves[:, :, NORMALISED]),
    )


def _band(replicates: NDArray[np.float64]) -> Band | None:
    """Return the interval of the mean over searches, a row each; None: one search has none."""
    if len(replicates) == 1:
        return None
    lower, upper = mean_interval(replicates)
    return Band(tuple(lower.tolist()), tuple(upper.tolist()))


def _fixed(revision: Revision, model: str, runs: Sequence[Outcome]) -> int:
    """Return how many runs have a place of their own: the points, or all of them."""
    if order_of(revision) is Order.REALISED:
        return len(runs)
    points = len(revision.document.models()[model].points)
    searches = revision.document.spec.searches
    return sum(place_of(run.index, searches).position < points for run in runs)


def _preferred(runs: Sequence[Outcome], metric: str) -> NDArray[np.int64]:
    """Return the runs' numbers, best validation score first; those without one last."""
    scores = [mean_score(run, "validation", metric) for run in runs]
    keys = [-np.inf if score is None else score for score in scores]
    return np.array(sorted(range(len(runs)), key=lambda run: (-keys[run], run)), dtype=np.int64)


def _seconds(runs: Sequence[Outcome], fixed: int) -> NDArray[np.float64]:
    """Return the seconds to be expected after each run: any of the others takes their mean."""
    seconds = np.array([run.seconds for run in runs])
    if fixed < len(runs):
        seconds[fixed:] = seconds[fixed:].mean()
    total: NDArray[np.float64] = np.cumsum(seconds)
    return total


def _model_curve(group: str, model: str, pairs: Sequence[NDArray[np.float64]]) -> list[ModelCurve]:
    """Return the mean of a model's curves as far as all go; none where one has no run.

    One replicate is the same search of all pairs: points are shared by data sets, so their
    searches are not independent of each other, while those of one pair are.
    """
    runs = min((curves.shape[1] for curves in pairs), default=0)
    if runs == 0:
        return []
    replicates = np.mean([curves[:, :runs] for curves in pairs], axis=0)
    mean = replicates.mean(axis=0)
    return [
        ModelCurve(
            group=group,
            model=model,
            normalised=tuple(mean[:, NORMALISED].tolist()),
            seconds=tuple(mean[:, SECONDS].tolist()),
            normalised_band=_band(replicates[:, :, NORMALISED]),
        )
    ]
