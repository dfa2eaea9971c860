"""The configurations that validation chose, with what their scores are measured against.

`overfitting` compares their parts, `learning_curves` their epochs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crosstrial.analysis.cells import Cell, Outcomes, best_reported, primary_metric
from crosstrial.domain.experiment import Revision
from crosstrial.domain.outcome import Outcome


@dataclass(frozen=True)
class Chosen:
    """What a search of a pair chose; `baseline` and `best` are test scores of its data set."""

    model: str
    dataset: str
    outcome: Outcome
    metric: str
    baseline: float
    best: float

    def share(self, score: float) -> float:
        """Return where a score lies between baseline (0) and best (1), not clipped."""
        return (score - self.baseline) / (self.best - self.baseline)


def chosen_configurations(
    revision: Revision, cells: Sequence[Cell], outcomes: Outcomes
) -> list[Chosen]:
    """Return what each search chose, of the pairs whose data set has a scale."""
    best = best_reported(cells)
    evaluation = revision.document.spec.evaluation
    return [
        Chosen(
            model=cell.model,
            dataset=cell.dataset,
            outcome=outcome,
            metric=primary_metric(evaluation, cell.task),
            baseline=cell.baseline,
            best=best[cell.dataset],
        )
        for cell in cells
        if cell.baseline is not None and best.get(cell.dataset, cell.baseline) > cell.baseline
        for outcome in _chosen(cell, outcomes.get(cell.pair, ()))
    ]


def _chosen(cell: Cell, outcomes: Sequence[Outcome]) -> list[Outcome]:
    indices = {search.tuned_index for search in cell.searches}
    return [outcome for outcome in outcomes if outcome.index in indices]
