"""Retry: which waiting trials run again, and which of them together.

Waiting trials come before new draws. They are dropped when their pair has closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from crosstrial.decide.pair_views import PairView
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.pair import Pair, PairState


def retry_groups(
    waiting: Iterable[Waiting], pairs: Mapping[Pair, PairView], blocked: frozenset[str]
) -> list[list[Waiting]]:
    """Return the trials to run again, in groups that may share a batch, oldest first.

    A batch has one data set and one memory, and suspects run among suspects only.
    """
    groups: dict[tuple[str, bool, int], list[Waiting]] = {}
    for one in waiting:
        if _still_wanted(one.trial.pair, pairs, blocked):
            key = one.trial.dataset, one.suspect, one.memory
            groups.setdefault(key, []).append(one)
    return list(groups.values())


def _still_wanted(pair: Pair, pairs: Mapping[Pair, PairView], blocked: frozenset[str]) -> bool:
    if pair.is_baseline:
        return pair.dataset not in blocked
    return pair in pairs and pairs[pair].state is PairState.OPEN
