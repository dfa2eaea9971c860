"""Starts and outcomes on MongoDB: inserted by workers, never changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from pymongo.cursor import Cursor
from pymongo.errors import BulkWriteError

from crosstrial.domain.batch import StartRecord
from crosstrial.domain.curve import ValidationCurve
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.store.documents import (
    CURVE_FIELDS,
    Document,
    from_stored,
    ids_of_pair,
    readable,
    skip,
    split_scores,
    to_stored,
    validation_curves,
)
from crosstrial.store.mongodb.errors import only_taken_ids, translated
from crosstrial.store.mongodb.part import Part, chunks, claim
from crosstrial.store.protocol import MOST_CURVES

IDS_AT_ONCE = 1000
PAGE = 500
# An experiment's outcomes are read by batches: an embedded server collects all that match a
# query before it answers, and must answer within its timeout.
BATCHES_AT_ONCE = 10


class Outcomes(Part):
    """The collections `starts` and `outcomes`; a start record's `_id` is its batch's."""

    @translated
    def insert_start(self, start: StartRecord) -> bool:
        """See `Store`."""
        if claim(self._starts, to_stored(start)):
            return True
        # Our own write, if the acknowledgement of an earlier one was lost.
        return self._starts.find_one({"_id": start.batch, "pod": start.pod}) is not None

    @translated
    def start(self, batch_id: str) -> StartRecord | None:
        """See `Store`."""
        found = self._starts.find_one({"_id": batch_id})
        return None if found is None else from_stored(StartRecord, found)

    @translated
    def insert_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store`."""
        if not outcomes:
            return
        try:
            self._outcomes.insert_many([to_stored(outcome) for outcome in outcomes], ordered=False)
        except BulkWriteError as error:
            if not only_taken_ids(error):
                raise

    @translated
    def outcomes(self, ids: Sequence[str]) -> list[Outcome]:
        """See `Store`."""
        return [
            outcome
            for some in chunks(ids, IDS_AT_ONCE)
            for outcome in readable(Outcome, self._outcomes.find({"_id": {"$in": some}}))
        ]

    @translated
    def outcomes_of_batch(self, batch_id: str) -> list[Outcome]:
        """See `Store`."""
        return list(readable(Outcome, self._outcomes.find({"batch": batch_id})))

    @translated
    def outcome_counts(self, batch_id: str) -> dict[tuple[str, OutcomeState], int]:
        """See `Store`."""
        counted = self._outcomes.aggregate(
            [
                {"$match": {"batch": batch_id}},
                {"$group": {"_id": {"model": "$model", "state": "$state"}, "count": {"$sum": 1}}},
            ]
        )
        return dict(_counts(counted))

    @translated
    def validation_scores(
        self, ids: Sequence[str], metric: str
    ) -> dict[str, tuple[float | None, ...]]:
        """See `Store`."""
        wanted = {f"splits.scores.validation.{metric}": 1}
        return {
            found["_id"]: split_scores(found, metric)
            for some in chunks(ids, IDS_AT_ONCE)
            for found in self._outcomes.find({"_id": {"$in": some}}, wanted)
        }

    @translated
    def validation_curves(
        self, uid: str, pair: Pair, known: Collection[int]
    ) -> list[ValidationCurve]:
        """See `Store`.

        Ids first: they are small, and what is known already is most of them.
        """
        above, below = ids_of_pair(uid, pair)
        inserted = self._outcomes.find({"_id": {"$gt": above, "$lt": below}}, {"_id": 1})
        ids = [found["_id"] for found in inserted.sort("_id", 1).limit(MOST_CURVES)]
        left_out = {f"{above}{index}" for index in known}
        new = [one for one in ids if one not in left_out and "/" not in one]
        if not new:
            return []
        return validation_curves(self._outcomes.find({"_id": {"$in": new}}, CURVE_FIELDS))

    def outcomes_of_experiment(self, uid: str) -> Iterator[Outcome]:
        """See `Store`."""
        for some in chunks(self._batches_of(uid), BATCHES_AT_ONCE):
            cursor = self._outcomes.find({"batch": {"$in": some}})
            while page := self._page(cursor):
                yield from readable(Outcome, page)

    @translated
    def _batches_of(self, uid: str) -> list[str]:
        return [found["_id"] for found in self._batches.find({"uid": uid}, {"_id": 1})]

    @translated
    def _page(self, cursor: Cursor[Document]) -> list[Document]:
        return list(islice(cursor, PAGE))


def _counts(
    counted: Iterable[Document],
) -> Iterator[tuple[tuple[str, OutcomeState], int]]:
    for document in counted:
        group = document["_id"]
        try:
            yield (str(group["model"]), OutcomeState(group["state"])), document["count"]
        except (KeyError, ValueError) as error:
            skip(Outcome.__name__, group, error)
