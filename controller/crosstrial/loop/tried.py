"""Tried trials: what a sampler that learns may know of an experiment, read batch by batch.

Each settled batch is read once, and of its outcomes the validation scores alone. Neighbours:
`loop.ledger` says which batches are settled, `decide.samplers` reads the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crosstrial.decide.snapshot import Tried
from crosstrial.domain.batch import Batch, Became, Fate
from crosstrial.domain.outcome import OutcomeState, outcome_id
from crosstrial.domain.pair import Pair
from crosstrial.loop.ledger import Ledger
from crosstrial.stats.means import complete_mean
from crosstrial.store.protocol import Store

BATCHES_AT_ONCE = 50


class TriedTrials:
    """The points and scores of one experiment's pairs, kept up to date by `refresh`."""

    def __init__(self, store: Store, uid: str) -> None:
        self._store = store
        self._uid = uid
        self._read: set[int] = set()
        self._first = 0  # every batch below is read
        self._pairs: dict[Pair, Tried] = {}

    @property
    def of_pairs(self) -> Mapping[Pair, Tried]:
        """What was tried so far; a later refresh leaves it as it is."""
        return dict(self._pairs)

    def refresh(self, ledger: Ledger) -> None:
        """Read the batches that were settled since."""
        numbers = [n for n in ledger.settled_from(self._first) if n not in self._read]
        for first in range(0, len(numbers), BATCHES_AT_ONCE):
            for batch in self._store.batches(self._uid, numbers[first : first + BATCHES_AT_ONCE]):
                self._take(batch)
        # Also those that nobody can read: nothing is learnt from them.
        self._read.update(numbers)
        while self._first in self._read:
            self._read.discard(self._first)
            self._first += 1

    def _take(self, batch: Batch) -> None:
        scores = self._scores(batch)
        for model in dict.fromkeys(entry.model for entry in batch.manifest):
            old = self._pairs.get(pair := Pair(model, batch.dataset), Tried())
            places = [p for p, entry in enumerate(batch.manifest) if entry.model == model]
            indices = {place: batch.manifest[place].index for place in places}
            points = {indices[p]: batch.manifest[p].parameters for p in places}
            known = {indices[p]: scores[p] for p in places if p in scores}
            self._pairs[pair] = Tried({**old.points, **points}, {**old.scores, **known})

    def _scores(self, batch: Batch) -> dict[int, float | None]:
        """Return the score of each manifest position from which something can be learnt."""
        ids = {
            p: outcome_id(self._uid, batch.trial(p), f.state, f.attempt)
            for p, f in _told(batch)
            if f.state is OutcomeState.SUCCEEDED
        }
        metric = getattr(batch.evaluation.primary, batch.task)
        found = self._store.validation_scores(list(ids.values()), metric)
        return {
            place: complete_mean(found.get(ids[place], ())) if place in ids else None
            for place, _ in _told(batch)
        }


def _told(batch: Batch) -> Iterator[tuple[int, Fate]]:
    """Yield the positions whose outcome counts and is the configuration's own doing."""
    fates = () if batch.settlement is None else batch.settlement.fates
    for place, fate in enumerate(fates):
        own = fate.cause is None or fate.cause.counted
        if fate.became is Became.COUNTED and own:
            yield place, fate
