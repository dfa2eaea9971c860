"""Pack: which new draws, or which waiting trials, make up the next batch of one data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from numpy.random import Generator

from crosstrial.decide.balance import next_pair
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.pair import Pair


class Bounds(NamedTuple):
    """How much fits into a batch: seconds of work and trials; one trial always fits."""

    seconds: float
    trials: int


def pack_draws(pairs: Mapping[Pair, PairView], bounds: Bounds, random: Generator) -> list[PairView]:
    """Return the pair of each new draw, as it was before the draw, in order.

    Args:
        pairs: the pairs of one data set.
        bounds: how much fits.
        random: breaks ties.

    A pair whose durations are not known yet is given one trial a batch: the pilot. To go on
    with the others would unbalance them, so the batch ends there.
    """
    packed: list[PairView] = []
    views, work = dict(pairs), 0.0
    piloted: set[Pair] = set()
    while len(packed) < bounds.trials:
        chosen = next_pair(views.values(), random)
        if chosen is None or chosen.pair in piloted:
            break
        work += chosen.mean_seconds or 0.0
        if packed and work > bounds.seconds:
            break
        if chosen.mean_seconds is None:
            piloted.add(chosen.pair)
        packed.append(chosen)
        views[chosen.pair] = chosen.handing_out()
    return packed


def pack_waiting(
    waiting: Sequence[Waiting], pairs: Mapping[Pair, PairView], bounds: Bounds
) -> Sequence[Waiting]:
    """Return the first of the waiting trials, as many as fit into one batch."""
    work = 0.0
    for count, one in enumerate(waiting):
        pair = pairs.get(one.trial.pair)
        work += (pair.mean_seconds if pair else None) or 0.0
        if count == bounds.trials or (count and work > bounds.seconds):
            return waiting[:count]
    return waiting
