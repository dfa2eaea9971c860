"""What a comparison may use while pairs are unequally far: the points that all of them have.

And what it may not do: test, before it is settled which trials there will be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crosstrial.domain.experiment import ExperimentState
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


def untested(state: ExperimentState, unfinished: Sequence[Pair]) -> str:
    """Return why nothing may be tested, as a sentence; empty where it may.

    A budget that ends an experiment has not seen its scores; a person who ends it has.
    """
    if not unfinished or state is ExperimentState.COMPLETED:
        return ""
    if state.ended:
        return (
            f"No verdict: the experiment is {state}, and a test is not valid where its end may"
            " depend on what was seen."
        )
    return "No verdict yet: looking again and again would find differences that are not there."
