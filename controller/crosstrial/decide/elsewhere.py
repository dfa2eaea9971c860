"""Elsewhere: batches that another executor runs, on a store that several controllers share.

Only their own executor sees how they are, so they are left to it; for so long as they may live.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from crosstrial.domain.batch import Batch, StartRecord

# A launch, an end and clocks that differ take longer than a batch's deadline says.
MORE_SECONDS = 60.0
LONGEST_SECONDS = 1e9  # later than any date that matters; a datetime ends with the year 9999


def is_elsewhere(
    batch: Batch, own_places: Collection[str], now: datetime, start: StartRecord | None = None
) -> bool:
    """Whether a batch is left to another place's controller.

    One that is not settled when it can't live any more has lost that controller for good.
    """
    if is_own(batch, own_places):
        return False
    return now < lives_until(batch, start)


def is_own(batch: Batch, own_places: Collection[str]) -> bool:
    """Whether a batch is of one of these places; what has none is of the first versions."""
    return not batch.place or batch.place in own_places


def lives_until(batch: Batch, start: StartRecord | None = None) -> datetime:
    """Return when nothing of a batch can run any more.

    It may have waited for its node: its deadline counts from its start, if it had one.
    """
    begun = batch.created if start is None else max(batch.created, start.started)
    seconds = min(batch.deadline_seconds, LONGEST_SECONDS) + MORE_SECONDS
    return begun + timedelta(seconds=seconds)


def is_late(batch: Batch, now: datetime) -> bool:
    """Whether a batch has not ended in the time that it should take."""
    return (now - batch.created).total_seconds() > 2 * batch.expected_seconds + MORE_SECONDS
