"""Pack: which new draws, or which waiting trials, make up the next batch of one data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from numpy.random import Generator

from crosstrial.decide.balance import next_pair
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.pair import Pair

# Each time that trials were interrupted together, the next batches hold so many times less: a
# trial that has its pod taken away every time is soon alone, and harms nobody else.
SHRINKING = 4
# What a trial of unknown duration counts as once it was interrupted, in parts of a batch.
UNKNOWN_SHARE = 1 / 8


class Bounds(NamedTuple):
    """How much fits into a batch: seconds of work and trials; one trial always fits."""

    seconds: float
    trials: int

    def without(self, *, trials: int) -> Bounds:
        """Return what is left beside so many trials that take no time."""
        return self._replace(trials=self.trials - trials)

    def after(self, interruptions: int) -> Bounds:
        """Return what fits of trials that were interrupted so often."""
        share = SHRINKING**interruptions
        return Bounds(self.seconds / share, max(1, self.trials // share))


def pack_draws(pairs: Mapping[Pair, PairView], bounds: Bounds, random: Generator) -> list[PairView]:
    """Return the pair of each new draw, as it was before the draw, in order.

    Args:
        pairs: the pairs of one data set.
        bounds: how much fits.
        random: breaks ties.

    A pair whose durations are not known yet is given one trial a batch: the pilot; one of which
    only failures are known, which may be quick, as many as have failed. To go on with the others
    would unbalance them, so the batch ends there.
    """
    packed: list[PairView] = []
    views, work = dict(pairs), 0.0
    given: Counter[Pair] = Counter()
    while len(packed) < bounds.trials:
        chosen = next_pair(views.values(), random)
        if chosen is None or given[chosen.pair] == _most(chosen):
            break
        work += chosen.mean_seconds or 0.0
        if packed and work > bounds.seconds:
            break
        given[chosen.pair] += 1
        packed.append(chosen)
        views[chosen.pair] = chosen.handing_out()
    return packed


def _most(pair: PairView) -> int | None:
    """Return how many trials of a pair a batch may hold; None: no bound but the others."""
    return 1 if pair.mean_seconds is None else pair.failures_alone


def pack_waiting(
    waiting: Sequence[Waiting], pairs: Mapping[Pair, PairView], bounds: Bounds
) -> Sequence[Waiting]:
    """Return the first of the waiting trials, as many as fit into one batch.

    The more often one of them was interrupted, the less fits (see `Bounds.after`).
    """
    work, interruptions = 0.0, 0
    for count, one in enumerate(waiting):
        interruptions = max(interruptions, one.entry.interruptions)
        left = bounds.after(interruptions)
        work += _expected(one, pairs.get(one.trial.pair), bounds)
        if count and (count >= left.trials or work > left.seconds):
            return waiting[:count]
    return waiting


def _expected(one: Waiting, pair: PairView | None, bounds: Bounds) -> float:
    """Return how long a waiting trial takes, as far as packing is concerned."""
    if pair is not None and pair.mean_seconds is not None:
        return pair.mean_seconds
    return bounds.seconds * UNKNOWN_SHARE if one.entry.interruptions else 0.0
