"""Models over data sets: chosen by validation scores, reported by test scores.

Sets the pairs' `cells` side by side; `standings` ranks them, `inference` tests them, `verdict`
concludes, `after_runs` has the curves, and `notes` says what is to be known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from crosstrial.analysis.after_runs import AfterRuns, after_runs
from crosstrial.analysis.cells import Cell, Outcomes, cells_of, primary_metric
from crosstrial.analysis.inference import Inference, inferences
from crosstrial.analysis.interim import common_prefix, open_pairs, untested
from crosstrial.analysis.notes import Facts, notes
from crosstrial.analysis.standings import Standing, standings
from crosstrial.analysis.tables import alternative_ranks, group_tables
from crosstrial.analysis.verdict import Verdict, verdict
from crosstrial.domain.experiment import ExperimentRecord, Revision
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairState
from crosstrial.spec.document import Missing
from crosstrial.spec.node import TASKS

__all__ = ["SELECTION", "Cell", "Comparison", "compare"]

SELECTION = (
    "Configurations are chosen by validation scores and reported by test scores: the test scores"
    " of the outer splits are averaged to one number a model and data set before any test."
)


@dataclass(frozen=True)
class Comparison:
    """A comparison, ready to print or to draw.

    `selection` says how configurations were chosen. `metrics` names the primary metric of each
    task. `points` is the number of points by which every pair is compared, in each of its
    searches; None: by all its trials. `missing` is the declared treatment of pairs without a
    success, `alternatives` the average ranks of a group under each treatment, where any is
    missing. A `standing` describes a group of data sets (a task's, or `all`), an inference tests
    it, where that is allowed and can show anything. `notes` are sentences without which the
    figures may mislead.
    """

    experiment: str
    selection: str
    metrics: Mapping[str, str]
    points: int | None
    missing: Missing
    cells: tuple[Cell, ...]
    standings: tuple[Standing, ...]
    alternatives: Mapping[str, Mapping[Missing, Mapping[str, float]]]
    inferences: Mapping[str, Inference]
    verdict: Verdict
    curves: AfterRuns
    notes: tuple[str, ...]

    @property
    def ranks(self) -> dict[str, Mapping[str, float]]:
        """Each group's average ranks of tuned test scores, by model."""
        return {standing.group: standing.ranks for standing in self.standings}

    @property
    def normalised(self) -> dict[str, Mapping[str, float]]:
        """Each group's mean normalised scores, by model."""
        return {standing.group: standing.normalised for standing in self.standings}

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, as JSON has them."""
        cells = [{**asdict(cell), "missing": cell.missing} for cell in self.cells]
        plain = {**asdict(self), "cells": cells, "notes": list(self.notes)}
        return {**plain, "ranks": self.ranks, "normalised": self.normalised}


def compare(
    experiment: ExperimentRecord, counted: Iterable[Outcome], states: Mapping[Pair, PairState]
) -> Comparison:
    """Return the comparison that the counted outcomes allow.

    While a pair is open, all are compared by the points that have ended in every pair, and
    nothing is tested. Data sets that workers could not read are left out.

    Args:
        experiment: the record that the outcomes belong to.
        counted: the outcomes that count, in any order, the baselines' included.
        states: the state of each pair; a pair without one has not begun.
    """
    revision = experiment.latest
    pairs = [pair for pair in ordered_pairs(revision) if states.get(pair) != PairState.BLOCKED]
    outcomes = by_pair(counted)
    unfinished = open_pairs(pairs, states)
    searches = revision.document.spec.searches
    points = common_prefix(pairs, outcomes) // searches if unfinished else None
    compared = first_points(outcomes, points, searches)
    cells = cells_of(revision, pairs, compared)
    missing = revision.document.spec.evaluation.missing
    tables = group_tables(cells, missing)
    standing = standings(tables)
    alternatives = alternative_ranks(cells)
    reason = untested(experiment.state, unfinished)
    tested = {} if reason else inferences(tables)
    facts = Facts(experiment, states, points, unfinished, cells, standing, alternatives)
    return Comparison(
        experiment=experiment.name,
        selection=SELECTION,
        metrics=primary_metrics(revision),
        points=points,
        missing=missing,
        cells=cells,
        standings=standing,
        alternatives=alternatives,
        inferences=tested,
        verdict=verdict(tables, tested, untested=reason),
        curves=after_runs(revision, cells, compared, tables),
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


def first_points(outcomes: Outcomes, points: int | None, searches: int) -> Outcomes:
    """Return the outcomes of each search's first points, and every baseline's; None: all."""
    if points is None:
        return outcomes
    return {
        pair: [o for o in found if pair.is_baseline or o.index < points * searches]
        for pair, found in outcomes.items()
    }
