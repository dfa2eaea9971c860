"""Models over data sets: chosen by validation scores, reported by test scores.

Sets the pairs' `cells` side by side; `standings` ranks them, `notes` says what is to be known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crosstrial.analysis.cells import Cell, Outcomes, cells_of, primary_metric
from crosstrial.analysis.interim import common_prefix, open_pairs
from crosstrial.analysis.notes import Facts, notes
from crosstrial.analysis.standings import standings
from crosstrial.domain.experiment import ExperimentRecord, Revision
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairState
from crosstrial.spec.node import TASKS

__all__ = ["Cell", "Comparison", "compare"]


@dataclass(frozen=True)
class Comparison:
    """A comparison, ready to print.

    `metrics` names the primary metric of each task. `points` is the number of points by which
    every pair is compared; None: by all its trials. `ranks` and `normalised` map a group of
    data sets (a task's, or `all`) to models to the average rank or mean normalised score.
    `notes` are sentences without which the figures may mislead.
    """

    experiment: str
    metrics: Mapping[str, str]
    points: int | None
    cells: tuple[Cell, ...]
    ranks: Mapping[str, Mapping[str, float]]
    normalised: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, as JSON has them."""
        cells = [{**asdict(cell), "missing": cell.missing} for cell in self.cells]
        return {**asdict(self), "cells": cells, "notes": list(self.notes)}


def compare(
    experiment: ExperimentRecord, counted: Iterable[Outcome], states: Mapping[Pair, PairState]
) -> Comparison:
    """Return the comparison that the counted outcomes allow.

    While a pair is open, all are compared by the points that have ended in every pair. Data sets
    that workers could not read are left out.

    Args:
        experiment: the record that the outcomes belong to.
        counted: the outcomes that count, in any order, the baselines' included.
        states: the state of each pair; a pair without one has not begun.
    """
    revision = experiment.latest
    pairs = [pair for pair in ordered_pairs(revision) if states.get(pair) != PairState.BLOCKED]
    outcomes = by_pair(counted)
    unfinished = open_pairs(pairs, states)
    points = common_prefix(pairs, outcomes) if unfinished else None
    cells = cells_of(revision, pairs, first_points(outcomes, points))
    standing = standings(cells)
    facts = Facts(experiment, states, points, unfinished, cells, standing)
    return Comparison(
        experiment=experiment.name,
        metrics=primary_metrics(revision),
        points=points,
        cells=cells,
        ranks={one.group: one.ranks for one in standing},
        normalised={one.group: one.normalised for one in standing},
        notes=notes(facts),
    )


def ordered_pairs(revision: Revision) -> list[Pair]:
    """Return all pairs, by data set and then by model as the document has them."""
    datasets = list(revision.document.data_sets())
    models = list(revision.document.models())
    return sorted(
        revision.pairs(), key=lambda p: (datasets.index(p.dataset), models.index(p.model))
    )


def primary_metrics(revision: Revision) -> dict[str, str]:
    """Return the primary metric of each task that has data sets."""
    present = {dataset.task for dataset in revision.datasets}
    evaluation = revision.document.spec.evaluation
    return {task: primary_metric(evaluation, task) for task in TASKS if task in present}


def by_pair(counted: Iterable[Outcome]) -> Outcomes:
    """Return the outcomes of each pair, by index."""
    found: dict[Pair, list[Outcome]] = defaultdict(list)
    for outcome in sorted(counted, key=lambda o: o.index):
        found[outcome.trial.pair].append(outcome)
    return found


def first_points(outcomes: Outcomes, points: int | None) -> Outcomes:
    """Return the outcomes of the first points only, and every baseline's; None: all."""
    if points is None:
        return outcomes
    return {
        pair: [o for o in found if pair.is_baseline or o.index < points]
        for pair, found in outcomes.items()
    }
