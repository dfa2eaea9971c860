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

    A batch has one data set and one memory, and suspects run among suspects only. Trials that
    were interrupted more often than others leave those alone.
    """
    states = {pair: view.state for pair, view in pairs.items()}
    groups: dict[tuple[str, bool, int, int], list[Waiting]] = {}
    for one in waiting:
        if still_wanted(one.trial.pair, states, blocked):
            key = one.trial.dataset, one.suspect, one.memory, one.entry.interruptions
            groups.setdefault(key, []).append(one)
    return list(groups.values())


def still_wanted(pair: Pair, states: Mapping[Pair, PairState], blocked: frozenset[str]) -> bool:
    """Whether a trial of a pair that waits is to run again; what has closed needs none."""
    if pair.is_baseline:
        return pair.dataset not in blocked
    return states.get(pair) is PairState.OPEN
