"""Which trials a comparison may use while pairs are unequally far: the points all of them have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crosstrial.domain.outcome import Outcome
from crosstrial.domain.pair import Pair, PairState


def open_pairs(pairs: Iterable[Pair], states: Mapping[Pair, PairState]) -> tuple[Pair, ...]:
    """Return the pairs that are short of what was wanted; one without a state has not begun."""
    return tuple(p for p in pairs if states.get(p, PairState.OPEN) is PairState.OPEN)


def common_prefix(pairs: Sequence[Pair], outcomes: Mapping[Pair, Sequence[Outcome]]) -> int:
    """Return k, so that the points 0..k-1 have ended in every pair and k is the greatest such."""
    return min((ended_prefix(outcomes.get(pair, ())) for pair in pairs), default=0)


def ended_prefix(outcomes: Sequence[Outcome]) -> int:
    """Return how many points from 0 on have ended without a gap."""
    ended = {outcome.index for outcome in outcomes}
    return next(index for index in range(len(ended) + 1) if index not in ended)
