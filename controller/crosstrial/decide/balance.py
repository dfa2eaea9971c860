"""Balance: whose turn it is. A half-finished experiment is a fair comparison already.

Within a data set the counts of open pairs differ by at most one, across data sets by at most
one batch, retries, replaced failures and extensions apart.
"""

from __future__ import annotations

from collections.abc import Iterable

from numpy.random import PCG64, Generator

from crosstrial.decide.pair_views import PairView
from crosstrial.domain.seeds import stream_seed


def ties(seed: int, number: int) -> Generator:
    """Return what breaks ties while batch `number` of an experiment is planned."""
    return Generator(PCG64(stream_seed(seed, "ties", number)))


def next_pair(pairs: Iterable[PairView], random: Generator) -> PairView | None:
    """Return a pair with the fewest trials handed out, of those that may be given more.

    One that waits for outcomes is not overtaken on its data set.
    """
    unfinished = [pair for pair in pairs if pair.left]
    fewest: dict[str, int] = {}
    for pair in unfinished:
        dataset = pair.pair.dataset
        fewest[dataset] = min(pair.handed_out, fewest.get(dataset, pair.handed_out))
    candidates = [
        pair
        for pair in unfinished
        if pair.is_ready and pair.handed_out == fewest[pair.pair.dataset]
    ]
    if not candidates:
        return None
    least = min(pair.handed_out for pair in candidates)
    equal = [pair for pair in candidates if pair.handed_out == least]
    return equal[int(random.integers(len(equal)))]
