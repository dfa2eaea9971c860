"""What each pair, and each model, is worth after k runs: its score against runs and seconds.

As everywhere, validation selects among the runs so far and the test score is reported.
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
from crosstrial.analysis.selection import Scoring
from crosstrial.analysis.tables import ScoreTable
from crosstrial.domain.experiment import Revision
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair
from crosstrial.stats.after_runs import expected_after_runs


class Order(StrEnum):
    """Whether a curve is the expectation over all orders of the runs, or what happened."""

    EXPECTED = "expected"
    REALISED = "realised"


@dataclass(frozen=True)
class PairCurve:
    """A pair after 1, 2, ... runs: test score, normalised score, seconds spent."""

    model: str
    dataset: str
    scores: tuple[float, ...]
    normalised: tuple[float, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class ModelCurve:
    """A model after 1, 2, ... runs a pair: means over a group's data sets."""

    group: str
    model: str
    normalised: tuple[float, ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True)
class AfterRuns:
    """All curves; `order` says what they are."""

    order: Order
    pairs: tuple[PairCurve, ...]
    models: tuple[ModelCurve, ...]


def after_runs(
    revision: Revision, cells: Sequence[Cell], outcomes: Outcomes, tables: Mapping[str, ScoreTable]
) -> AfterRuns:
    """Return the curves of every pair with a baseline score, and of every ranked model.

    Runs that the cluster lost are none; a failure scores as the baseline, or is none either
    where failures are replaced. A pruned run costs its seconds and is never selected.
    """
    best = best_reported(cells)
    curves = {
        cell.pair: _pair_curve(revision, cell, outcomes.get(cell.pair, ()), best=best[cell.dataset])
        for cell in cells
        if cell.baseline is not None and cell.dataset in best
    }
    return AfterRuns(
        order=order_of(revision),
        pairs=tuple(curve for curve in curves.values() if curve.scores),
        models=tuple(
            curve
            for group, table in tables.items()
            for model in table.models
            for curve in _model_curve(
                group, model, [curves[Pair(model, d)] for d in table.datasets]
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


def _pair_curve(
    revision: Revision, cell: Cell, outcomes: Sequence[Outcome], *, best: float
) -> PairCurve:
    evaluation = revision.document.spec.evaluation
    metric = primary_metric(evaluation, cell.task)
    scoring = Scoring(metric, cell.baseline, evaluation.failures)
    runs = [outcome for outcome in outcomes if scoring.test_score(outcome) is not None]
    if not runs:
        return PairCurve(cell.model, cell.dataset, (), (), ())
    baseline = 0.0 if cell.baseline is None else cell.baseline
    reported = [mean_score(run, "test", metric) for run in runs]
    scores = [baseline if score is None else score for score in reported]
    measures = np.array(
        [(score, normalised_score(score, baseline=baseline, best=best)) for score in scores]
    )
    fixed = _fixed(revision, cell.model, runs)
    expected = expected_after_runs(_preferred(runs, metric), measures, fixed=fixed)
    return PairCurve(
        model=cell.model,
        dataset=cell.dataset,
        scores=tuple(expected[:, 0].tolist()),
        normalised=tuple(expected[:, 1].tolist()),
        seconds=tuple(_seconds(runs, fixed).tolist()),
    )


def _fixed(revision: Revision, model: str, runs: Sequence[Outcome]) -> int:
    """Return how many runs have a place of their own: the points, or all of them."""
    if order_of(revision) is Order.REALISED:
        return len(runs)
    points = len(revision.document.models()[model].points)
    return sum(run.index < points for run in runs)


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


def _model_curve(group: str, model: str, curves: Sequence[PairCurve]) -> list[ModelCurve]:
    """Return the mean of a model's curves as far as all go; none where one has no run."""
    runs = min((len(curve.scores) for curve in curves), default=0)
    if runs == 0:
        return []
    normalised = np.mean([curve.normalised[:runs] for curve in curves], axis=0)
    seconds = np.mean([curve.seconds[:runs] for curve in curves], axis=0)
    return [ModelCurve(group, model, tuple(normalised.tolist()), tuple(seconds.tolist()))]
