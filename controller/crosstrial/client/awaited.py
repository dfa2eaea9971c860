"""What a local `cancel` or `delete` waits for that no controller of its own can end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from crosstrial.decide.elsewhere import is_elsewhere, lives_until
from crosstrial.domain.batch import BatchState
from crosstrial.store.protocol import Store


def awaited_elsewhere(
    store: Store, uid: str, own_places: Collection[str], now: datetime
) -> str | None:
    """Return which batch of another place an experiment waits for, and what to do about it."""
    states = store.batch_states(uid)
    live = [number for number, state in states.items() if state is not BatchState.SETTLED]
    for batch in store.batches(uid, live):
        if is_elsewhere(batch, own_places, now):
            return (
                f"waiting for batch {batch.id} of the controller of {batch.place}, which alone sees"
                " how it is; where that one is gone, start it again, or any controller of this"
                f" store ends the batch after {lives_until(batch):%Y-%m-%d %H:%M:%S} UTC at the"
                " earliest; to interrupt this wait takes nothing back"
            )
    return None
