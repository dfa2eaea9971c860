"""Which outcomes count: exactly those that a settle record names."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.domain.batch import BatchState, Became
from crosstrial.domain.outcome import Outcome, outcome_id
from crosstrial.store.protocol import Store

BATCHES_AT_ONCE = 50


def counted_outcomes(store: Store, uid: str) -> Iterator[Outcome]:
    """Stream the outcomes of an experiment that count, in no order."""
    counted = set(_counted_ids(store, uid))
    return (outcome for outcome in store.outcomes_of_experiment(uid) if outcome.id in counted)


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
