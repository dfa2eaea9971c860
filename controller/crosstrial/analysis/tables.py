"""A group's scores as tables without holes: what a missing score counts as, and what that changes.

Made from `cells`; `standings` describes a table, `inference` tests it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray

from crosstrial.analysis.cells import Cell
from crosstrial.domain.pair import Pair
from crosstrial.spec.document import Missing
from crosstrial.spec.node import TASKS
from crosstrial.stats.ranks import average_ranks

ALL = "all"
TREATMENTS: tuple[Missing, ...] = ("baseline", "drop_dataset", "worst_rank")


@dataclass(frozen=True, eq=False)
class ScoreTable:
    """Scores with a row a data set and a column a model; no cell is missing.

    `scores` are comparable within a row only, `normalised` everywhere. Only models that meet
    every data set of the group have a column; the others are `unranked`. `missing` are the
    cells without a score of their own, `dropped` the data sets that have no row for them.
    """

    models: tuple[str, ...]
    datasets: tuple[str, ...]
    scores: NDArray[np.float64]
    normalised: NDArray[np.float64]
    unranked: tuple[str, ...]
    missing: tuple[Pair, ...]
    dropped: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """Whether nothing can be ranked."""
        return self.scores.size == 0

    def ranks(self) -> dict[str, float]:
        """Return the models' average ranks; none of an empty table."""
        if self.empty:
            return {}
        return dict(zip(self.models, average_ranks(self.scores).tolist(), strict=True))


def group_tables(cells: Sequence[Cell], missing: Missing) -> dict[str, ScoreTable]:
    """Return a table for each task that has data sets, and one over all of them.

    A data set without a baseline score has no zero, so it is left out.
    """
    usable = [cell for cell in cells if cell.baseline is not None and cell.trials]
    if not usable:
        return {}
    tables: dict[str, ScoreTable] = {
        task: score_table(members, missing)
        for task in TASKS
        if (members := [cell for cell in usable if cell.task == task])
    }
    # Of one task, both are the same table: nothing is worked out twice.
    over_all = next(iter(tables.values())) if len(tables) == 1 else score_table(usable, missing)
    return {**tables, ALL: over_all}


def score_table(cells: Sequence[Cell], missing: Missing) -> ScoreTable:
    """Return the table of some cells, with missing scores treated as declared."""
    by_pair = {cell.pair: cell for cell in cells}
    datasets = tuple(dict.fromkeys(cell.dataset for cell in cells))
    models = tuple(dict.fromkeys(cell.model for cell in cells))
    ranked = tuple(m for m in models if all(Pair(m, d) in by_pair for d in datasets))
    rows = {dataset: [by_pair[Pair(model, dataset)] for model in ranked] for dataset in datasets}
    holed = [d for d, row in rows.items() if any(cell.missing for cell in row)]
    dropped = tuple(holed) if missing == "drop_dataset" else ()
    kept = {dataset: row for dataset, row in rows.items() if dataset not in dropped}
    shape = (len(kept), len(ranked))
    return ScoreTable(
        models=ranked,
        datasets=tuple(kept),
        scores=np.array([[_score(c, missing) for c in r] for r in kept.values()]).reshape(shape),
        normalised=np.array([[c.normalised or 0.0 for c in r] for r in kept.values()]).reshape(
            shape
        ),
        unranked=tuple(model for model in models if model not in ranked),
        missing=tuple(cell.pair for row in rows.values() for cell in row if cell.missing),
        dropped=dropped,
    )


def alternative_ranks(cells: Sequence[Cell]) -> dict[str, Mapping[Missing, Mapping[str, float]]]:
    """Return each group's average ranks under each treatment, where a score is missing."""
    by_treatment = {treatment: group_tables(cells, treatment) for treatment in TREATMENTS}
    return {
        group: {treatment: tables[group].ranks() for treatment, tables in by_treatment.items()}
        for group, table in by_treatment["baseline"].items()
        if table.missing
    }


def _score(cell: Cell, missing: Missing) -> float:
    """Return what is ranked: a missing score is the baseline's, or below every other."""
    return -inf if cell.missing and missing == "worst_rank" else cell.ranked_score
