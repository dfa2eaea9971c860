"""Average ranks and mean normalised scores of models over groups of data sets.

A group is a task's data sets, or all. `comparison` makes the cells.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from crosstrial.analysis.cells import Cell
from crosstrial.spec.node import TASKS
from crosstrial.stats.ranks import average_ranks

ALL = "all"


@dataclass(frozen=True)
class Standing:
    """The models of one group: their average ranks (1 is best) and mean normalised scores.

    Only models that meet every data set of the group can be averaged over it; the others are
    in `unranked`.
    """

    group: str
    ranks: Mapping[str, float]
    normalised: Mapping[str, float]
    unranked: tuple[str, ...]


def standings(cells: Sequence[Cell]) -> tuple[Standing, ...]:
    """Return a standing for each task that has data sets, and one over all of them.

    A pair without a success scores as the baseline. A data set without a baseline score has no
    zero and no score for such pairs, so it is left out.
    """
    usable = [cell for cell in cells if cell.baseline is not None and cell.trials]
    groups: dict[str, list[Cell]] = {
        **{task: [cell for cell in usable if cell.task == task] for task in TASKS},
        ALL: usable,
    }
    return tuple(_standing(group, members) for group, members in groups.items() if members)


def _standing(group: str, cells: Sequence[Cell]) -> Standing:
    scores = {(cell.model, cell.dataset): cell for cell in cells}
    models = list(dict.fromkeys(cell.model for cell in cells))
    datasets = list(dict.fromkeys(cell.dataset for cell in cells))
    everywhere = [m for m in models if all((m, d) in scores for d in datasets)]
    table = [[scores[m, d] for m in everywhere] for d in datasets]
    return Standing(
        group=group,
        ranks=_ranks(everywhere, table),
        normalised={
            model: fmean(row[column].normalised or 0.0 for row in table)
            for column, model in enumerate(everywhere)
        },
        unranked=tuple(model for model in models if model not in everywhere),
    )


def _ranks(models: Sequence[str], table: Sequence[Sequence[Cell]]) -> dict[str, float]:
    if not models:
        return {}
    ranks = average_ranks([[cell.ranked_score for cell in row] for row in table])
    return dict(zip(models, ranks.tolist(), strict=True))
