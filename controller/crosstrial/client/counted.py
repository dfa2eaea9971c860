"""Which outcomes count: exactly those that a settle record names; and how many are read fast."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from crosstrial.domain.batch import BatchState, Became
from crosstrial.domain.outcome import Outcome, outcome_id
from crosstrial.store.protocol import Store

BATCHES_AT_ONCE = 50


def counted_outcomes(store: Store, uid: str) -> Iterator[Outcome]:
    """Stream the outcomes of an experiment that count, in no order."""
    counted = set(_counted_ids(store, uid))
    return (outcome for outcome in store.outcomes_of_experiment(uid) if outcome.id in counted)


@contextmanager
def reading_many() -> Iterator[None]:
    """Don't look for cycles meanwhile: records are made and dropped by the million and have none.

    Each look would go through all that a notebook keeps in memory: a quarter of the time.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _counted_ids(store: Store, uid: str) -> Iterator[str]:
    states = store.batch_states(uid)
    settled = sorted(number for number, state in states.items() if state is BatchState.SETTLED)
    for first in range(0, len(settled), BATCHES_AT_ONCE):
        for batch in store.batches(uid, settled[first : first + BATCHES_AT_ONCE]):
            if batch.settlement is None:
                continue
            for position, fate in enumerate(batch.settlement.fates):
                if fate.became is Became.COUNTED and fate.state is not None:
                    yield outcome_id(uid, batch.trial(position), fate.state, fate.attempt)
