"""What the tests say of a group's models: over all models at once, and of each two.

Only `verdict` turns this into claims, by the declared procedure of `stats.pairwise`; everything
else here is for display.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from crosstrial.analysis.tables import ScoreTable
from crosstrial.stats.bayes import Posterior, signed_rank_posteriors
from crosstrial.stats.effects import Record, pseudomedians, win_records
from crosstrial.stats.friedman import Friedman, friedman
from crosstrial.stats.nemenyi import critical_difference, nemenyi_p, rank_groups
from crosstrial.stats.pairwise import ALPHA, Pairwise, fewest_blocks, pairwise
from crosstrial.stats.ranks import block_ranks

ROPE = 0.01  # a hundredth of the way from the baseline to the best score


@dataclass(frozen=True)
class PairTest:
    """`first` against `second` over a group's data sets, by normalised scores.

    `record` counts data sets won, tied and lost. `used` data sets differ; `p` is Wilcoxon's
    exact two-sided p over them, `p_holm` adjusted for all pairs of the group, `p_nemenyi` for
    display. `difference` is the Hodges-Lehmann estimate, `rank_biserial` the effect size (-1 to
    1), both positive where `first` is greater. `posterior` has the chances that `first` is
    practically better, equivalent within `ROPE`, or worse.
    """

    first: str
    second: str
    record: Record
    used: int
    p: float
    p_holm: float
    p_nemenyi: float
    difference: float
    rank_biserial: float
    posterior: Posterior

    def turned(self) -> PairTest:
        """Return the same test with the second model first."""
        return replace(
            self,
            first=self.second,
            second=self.first,
            record=self.record.turned(),
            difference=-self.difference,
            rank_biserial=-self.rank_biserial,
            posterior=self.posterior.turned(),
        )


@dataclass(frozen=True)
class Inference:
    """The tests of one group; `cliques` are the bars of its critical-difference diagram."""

    alpha: float
    rope: float
    friedman: Friedman
    critical_difference: float
    cliques: tuple[tuple[str, ...], ...]
    pairs: tuple[PairTest, ...]


def inferences(tables: Mapping[str, ScoreTable]) -> dict[str, Inference]:
    """Return the tests of each group whose size lets any difference be shown."""
    distinct = {id(table): table for table in tables.values() if testable(table)}
    tested = {key: _inference(table) for key, table in distinct.items()}
    return {group: tested[id(table)] for group, table in tables.items() if id(table) in tested}


def testable(table: ScoreTable) -> bool:
    """Whether there are models to compare, and data sets enough that a test could show it."""
    models = len(table.models)
    return models > 1 and len(table.datasets) >= fewest_blocks(models, ALPHA)


def _inference(table: ScoreTable) -> Inference:
    ranks = block_ranks(table.scores)
    critical = critical_difference(
        treatments=len(table.models), blocks=len(table.datasets), alpha=ALPHA
    )
    cliques = rank_groups(ranks.mean(axis=0), critical)
    return Inference(
        alpha=ALPHA,
        rope=ROPE,
        friedman=friedman(ranks),
        critical_difference=critical,
        cliques=tuple(tuple(table.models[i] for i in clique) for clique in cliques),
        pairs=_pair_tests(table, pairwise(table.normalised)),
    )


def _pair_tests(table: ScoreTable, tests: Pairwise) -> tuple[PairTest, ...]:
    mean_ranks = block_ranks(table.scores).mean(axis=0)
    nemenyi = nemenyi_p(
        mean_ranks[tests.first] - mean_ranks[tests.second],
        treatments=len(table.models),
        blocks=len(table.datasets),
    )
    columns = zip(
        np.array(table.models)[tests.first].tolist(),
        np.array(table.models)[tests.second].tolist(),
        win_records(table.scores[:, tests.first], table.scores[:, tests.second]),
        tests.ranks.used.tolist(),
        tests.ranks.p.tolist(),
        tests.holm.tolist(),
        nemenyi.tolist(),
        pseudomedians(tests.differences).tolist(),
        tests.ranks.rank_biserial.tolist(),
        signed_rank_posteriors(tests.differences, rope=ROPE),
        strict=True,
    )
    return tuple(PairTest(*values) for values in columns)
