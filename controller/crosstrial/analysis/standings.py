"""What a group of data sets shows of its models, without any claim: ranks, scores, profiles.

A group is a task's data sets, or all. `tables` makes the tables, `inference` tests them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from crosstrial.analysis.tables import ScoreTable
from crosstrial.stats.profile import distances_to_best
from crosstrial.stats.ranks import block_ranks, rank_intervals

Interval = tuple[float, float]


@dataclass(frozen=True)
class Standing:
    """The models of one group: average ranks (1 is best) and normalised scores.

    `intervals` are 95 % bootstrap intervals of the average ranks; None: too few data sets.
    `normalised` are means over data sets, `heat_map` the scores themselves (a row a data set, a
    column a model). `profile` has a model's distances to the best normalised score of each data
    set, ascending. `unranked` models do not meet every data set. `dropped` data sets have no
    rank, because a score is `missing` there (`model@dataset`).
    """

    group: str
    models: tuple[str, ...]
    datasets: tuple[str, ...]
    ranks: Mapping[str, float]
    intervals: Mapping[str, Interval] | None
    normalised: Mapping[str, float]
    heat_map: tuple[tuple[float, ...], ...]
    profile: Mapping[str, tuple[float, ...]]
    unranked: tuple[str, ...]
    missing: tuple[str, ...]
    dropped: tuple[str, ...]

    def best_first(self) -> list[str]:
        """Return the ranked models, the best average rank first."""
        return sorted(self.ranks, key=lambda model: self.ranks[model])


def standings(tables: Mapping[str, ScoreTable]) -> tuple[Standing, ...]:
    """Return the standing of each group."""
    return tuple(_standing(group, table) for group, table in tables.items())


def _standing(group: str, table: ScoreTable) -> Standing:
    columns = [] if table.empty else distances_to_best(table.normalised).T.tolist()
    return Standing(
        group=group,
        models=table.models,
        datasets=table.datasets,
        ranks=table.ranks(),
        intervals=_intervals(table),
        normalised=_means(table),
        heat_map=tuple(tuple(row) for row in table.normalised.tolist()),
        profile={
            model: tuple(distances)
            for model, distances in zip(table.models, columns, strict=not table.empty)
        },
        unranked=table.unranked,
        missing=tuple(str(pair) for pair in table.missing),
        dropped=table.dropped,
    )


def _means(table: ScoreTable) -> dict[str, float]:
    if table.empty:
        return {}
    return dict(zip(table.models, np.mean(table.normalised, axis=0).tolist(), strict=True))


def _intervals(table: ScoreTable) -> dict[str, Interval] | None:
    if len(table.models) < 2 or table.empty:
        return None
    bounds = rank_intervals(block_ranks(table.scores))
    if bounds is None:
        return None
    return {
        model: (low, high) for model, (low, high) in zip(table.models, bounds.tolist(), strict=True)
    }
