"""Batches on MongoDB: committed by one insert, moved by compare-and-set, listed by projections."""

from __future__ import annotations

from collections.abc import Iterable

from crosstrial.domain.batch import Batch, BatchState, BatchSummary, Settlement, batch_id
from crosstrial.store.documents import (
    SETTLED_FIELDS,
    SUMMARY_FIELDS,
    UNSETTLED,
    batch_states,
    from_stored,
    readable,
    summary_document,
    to_embedded,
    to_stored,
)
from crosstrial.store.mongodb.errors import translated
from crosstrial.store.mongodb.part import Part, claim, compare_and_set

SUMMARY = [*SUMMARY_FIELDS, *(f"settlement.{field}" for field in SETTLED_FIELDS)]


class Batches(Part):
    """The collection `batches`; a batch's `_id` is `<uid>-<number>`."""

    @translated
    def insert_batch(self, batch: Batch) -> bool:
        """See `Store`."""
        return claim(self._batches, to_stored(batch))

    @translated
    def batch(self, batch_id: str) -> Batch | None:
        """See `Store`."""
        found = self._batches.find_one({"_id": batch_id})
        return None if found is None else from_stored(Batch, found)

    @translated
    def batches(self, uid: str, numbers: Iterable[int]) -> list[Batch]:
        """See `Store`."""
        ids = [batch_id(uid, number) for number in numbers]
        found = readable(Batch, self._batches.find({"_id": {"$in": ids}}))
        return sorted(found, key=lambda batch: batch.number)

    @translated
    def batch_states(self, uid: str, first: int = 0) -> dict[int, BatchState]:
        """See `Store`."""
        where = {"uid": uid, "number": {"$gte": first}}
        # No other field: MongoDB then answers from the index alone.
        return batch_states(self._batches.find(where, {"_id": 0, "number": 1, "state": 1}))

    @translated
    def batch_summaries(self, uid: str, first: int = 0) -> list[BatchSummary]:
        """See `Store`."""
        found = self._batches.find({"uid": uid, "number": {"$gte": first}}, SUMMARY)
        summaries = readable(BatchSummary, map(summary_document, found))
        return sorted(summaries, key=lambda summary: summary.number)

    @translated
    def unsettled_experiments(self) -> set[str]:
        """See `Store`."""
        found = self._batches.find({"state": {"$in": UNSETTLED}}, {"_id": 0, "uid": 1})
        return {document["uid"] for document in found if "uid" in document}

    @translated
    def launch_batch(self, batch_id: str) -> bool:
        """See `Store`."""
        return compare_and_set(
            self._batches,
            {"_id": batch_id, "state": BatchState.PLANNED},
            {"$set": {"state": BatchState.LAUNCHED}},
        )

    @translated
    def settle_batch(self, batch_id: str, settlement: Settlement) -> bool:
        """See `Store`."""
        return compare_and_set(
            self._batches,
            {"_id": batch_id, "state": {"$in": UNSETTLED}},
            {"$set": {"state": BatchState.SETTLED, "settlement": to_embedded(settlement)}},
        )
