"""Refusals: what the store or the executor has said no to is held against one experiment alone.

`loop` notes them and remembers them between ticks; `plan` gives that experiment no new batch
meanwhile, `conditions` tells its user. A document that is mended is tried at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from crosstrial.decide.snapshot import Refusal, Refused, Snapshot
from crosstrial.domain.experiment import ExperimentRecord

REFUSED_SECONDS = 15.0

STORE_REFUSES = "StoreRefuses"
EXECUTOR_REFUSES = "ExecutorRefuses"


def holds_back(refusal: Refusal | None, record: ExperimentRecord, now: datetime) -> bool:
    """Whether it is too early to plan a batch again after the last refusal."""
    if refusal is None or refusal.revision < record.revision:
        return False
    # A clock that was set back must not prolong it.
    return 0 <= (now - refusal.at).total_seconds() < REFUSED_SECONDS


def remembered(
    snapshot: Snapshot, refused: Mapping[str, Refused], now: datetime
) -> dict[str, Refusal]:
    """Return the refusals to go on with, by experiment.

    Args:
        snapshot: what was decided from.
        refused: what was refused since, by experiment.
        now: when it was.

    An older one is forgotten when it was tried again, and taken.
    """
    kept: dict[str, Refusal] = {}
    for view in snapshot.experiments:
        uid, old = view.record.uid, snapshot.refusals.get(view.record.uid)
        if uid in refused:
            kept[uid] = Refusal(refused[uid], view.record.revision, now)
        elif old is not None and old.refused.new_batch and holds_back(old, view.record, now):
            kept[uid] = old
    return kept
