"""Experiments on MongoDB: names are claimed, states and revisions move by compare-and-set."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from crosstrial.domain.experiment import ExperimentRecord, ExperimentState, Revision, Status
from crosstrial.store.documents import (
    AT_WORK,
    Document,
    from_stored,
    readable,
    to_embedded,
    to_stored,
)
from crosstrial.store.mongodb.errors import translated
from crosstrial.store.mongodb.part import Part, chunks, claim, compare_and_set

# Servers take time for each document that they remove: a request must end within its timeout.
BATCHES_AT_ONCE = 10


class Experiments(Part):
    """The collection `experiments`; an experiment's `_id` is its uid."""

    @translated
    def insert_experiment(self, experiment: ExperimentRecord) -> bool:
        """See `Store`."""
        return claim(self._experiments, to_stored(experiment))

    @translated
    def experiment(self, name: str) -> ExperimentRecord | None:
        """See `Store`."""
        found = self._experiments.find_one({"name": name})
        return None if found is None else from_stored(ExperimentRecord, found)

    @translated
    def experiments(
        self, states: Iterable[ExperimentState] | None = None
    ) -> list[ExperimentRecord]:
        """See `Store`."""
        return self._found({} if states is None else {"state": {"$in": list(states)}})

    @translated
    def experiments_at_work(self) -> list[ExperimentRecord]:
        """See `Store`."""
        at_work = self.experiments(AT_WORK)
        unended = self._found({"state": ExperimentState.CANCELLED, "status.ended": None})
        return sorted(at_work + unended, key=_age)

    def _found(self, where: Document) -> list[ExperimentRecord]:
        found = readable(ExperimentRecord, self._experiments.find(where))
        return sorted(found, key=_age)

    @translated
    def change_state(
        self, uid: str, *, was: ExperimentState, revision: int, to: ExperimentState
    ) -> bool:
        """See `Store`."""
        return compare_and_set(
            self._experiments,
            {"_id": uid, "state": was, "revision": revision},
            {"$set": {"state": to}},
        )

    @translated
    def append_revision(
        self, uid: str, *, was: ExperimentState, revision: int, new: Revision, to: ExperimentState
    ) -> bool:
        """See `Store`."""
        return compare_and_set(
            self._experiments,
            {"_id": uid, "state": was, "revision": revision},
            {
                "$push": {"revisions": to_embedded(new)},
                "$set": {"state": to, "revision": new.number},
            },
        )

    @translated
    def set_status(self, uid: str, status: Status) -> None:
        """See `Store`."""
        self._experiments.update_one({"_id": uid}, {"$set": {"status": to_embedded(status)}})

    @translated
    def delete_experiment(self, uid: str) -> None:
        """See `Store`.

        Batches go after what hangs on them, so that a repeated call finds the rest.
        """
        batches = [found["_id"] for found in self._batches.find({"uid": uid}, {"_id": 1})]
        for ids in chunks(batches, BATCHES_AT_ONCE):
            self._outcomes.delete_many({"batch": {"$in": ids}})
            self._starts.delete_many({"_id": {"$in": ids}})
        # What a worker wrote under a batch that never was: ids begin with the uid and a colon.
        self._outcomes.delete_many({"_id": {"$gt": f"{uid}:", "$lt": f"{uid};"}})
        for ids in chunks(batches, BATCHES_AT_ONCE):
            self._batches.delete_many({"_id": {"$in": ids}})
        self._experiments.delete_one({"_id": uid})


def _age(experiment: ExperimentRecord) -> tuple[datetime, str]:
    return experiment.created, experiment.uid
