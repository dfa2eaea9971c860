"""A store in memory, for tests and trials: it keeps documents, not objects.

What goes in is encoded and decoded as MongoDB would do it, so sizes, times and numbers are its.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any

import bson

from crosstrial.domain.batch import (
    Batch,
    BatchState,
    BatchSummary,
    Settlement,
    StartRecord,
    batch_id,
)
from crosstrial.domain.curve import ValidationCurve
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState, Revision, Status
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.store.documents import (
    AT_WORK,
    COLLECTIONS,
    SMALLER,
    UNSETTLED,
    UNSTORABLE,
    Document,
    batch_states,
    from_stored,
    ids_of_pair,
    readable,
    split_scores,
    summary_document,
    to_embedded,
    to_stored,
    validation_curves,
)
from crosstrial.store.files import sha256_of, unknown, write_checked
from crosstrial.store.protocol import MOST_CURVES, RefusedError

LARGEST_BYTES = 16 << 20
CODEC: bson.CodecOptions[Document] = bson.CodecOptions(tz_aware=True, tzinfo=UTC)


class MemoryStore:
    """Does what `Store` says, for the threads of one process; each write is atomic."""

    def __init__(self) -> None:
        # Documents are replaced, never changed: whoever has read one may keep it.
        self._kept: dict[str, dict[str, Document]] = {name: {} for name in COLLECTIONS}
        self._files: dict[str, bytes] = {}
        self._lock = threading.RLock()

    def init(self) -> None:
        """Nothing has to be made."""

    def ensure_ready(self) -> None:
        """Nothing has to be made."""

    def close(self) -> None:
        """Nothing has to be released."""

    def insert_experiment(self, experiment: ExperimentRecord) -> bool:
        """See `Store`."""
        with self._lock:
            if self._find("experiments", name=experiment.name):
                return False
            return self._insert("experiments", to_stored(experiment))

    def experiment(self, name: str) -> ExperimentRecord | None:
        """See `Store`."""
        found = self._find("experiments", name=name)
        return from_stored(ExperimentRecord, found[0]) if found else None

    def experiments(
        self, states: Iterable[ExperimentState] | None = None
    ) -> list[ExperimentRecord]:
        """See `Store`."""
        found = self._find("experiments")
        if states is not None:
            wanted = tuple(states)
            found = [document for document in found if document.get("state") in wanted]
        return sorted(readable(ExperimentRecord, found), key=lambda e: (e.created, e.uid))

    def experiments_at_work(self) -> list[ExperimentRecord]:
        """See `Store`."""
        cancelled = self.experiments([ExperimentState.CANCELLED])
        unended = [record for record in cancelled if record.status.ended is None]
        return sorted(self.experiments(AT_WORK) + unended, key=lambda e: (e.created, e.uid))

    def change_state(
        self, uid: str, *, was: ExperimentState, revision: int, to: ExperimentState
    ) -> bool:
        """See `Store`."""
        with self._lock:
            if not self._find("experiments", _id=uid, state=was, revision=revision):
                return False
            self._set("experiments", uid, state=to)
            return True

    def append_revision(
        self, uid: str, *, was: ExperimentState, revision: int, new: Revision, to: ExperimentState
    ) -> bool:
        """See `Store`."""
        with self._lock:
            found = self._find("experiments", _id=uid, state=was, revision=revision)
            if not found:
                return False
            revisions = [*found[0]["revisions"], to_embedded(new)]
            self._set("experiments", uid, state=to, revision=new.number, revisions=revisions)
            return True

    def set_status(self, uid: str, status: Status) -> None:
        """See `Store`."""
        with self._lock:
            if self._find("experiments", _id=uid):
                self._set("experiments", uid, status=to_embedded(status))

    def delete_experiment(self, uid: str) -> None:
        """See `Store`."""
        with self._lock:
            batches = {document["_id"] for document in self._find("batches", uid=uid)}
            self._remove("outcomes", lambda document: document.get("uid") == uid)
            self._remove("starts", lambda document: document["_id"] in batches)
            self._remove("batches", lambda document: document["_id"] in batches)
            self._remove("experiments", lambda document: document["_id"] == uid)

    def insert_batch(self, batch: Batch) -> bool:
        """See `Store`."""
        return self._insert("batches", to_stored(batch))

    def batch(self, batch_id: str) -> Batch | None:
        """See `Store`."""
        found = self._find("batches", _id=batch_id)
        return from_stored(Batch, found[0]) if found else None

    def batches(self, uid: str, numbers: Iterable[int]) -> list[Batch]:
        """See `Store`."""
        found = self._of_ids("batches", [batch_id(uid, number) for number in numbers])
        return sorted(readable(Batch, found), key=lambda batch: batch.number)

    def batch_states(self, uid: str, first: int = 0) -> dict[int, BatchState]:
        """See `Store`."""
        return batch_states(self._batches_from(uid, first))

    def batch_summaries(self, uid: str, first: int = 0) -> list[BatchSummary]:
        """See `Store`."""
        found = map(summary_document, self._batches_from(uid, first))
        return sorted(readable(BatchSummary, found), key=lambda summary: summary.number)

    def unsettled_experiments(self) -> set[str]:
        """See `Store`."""
        return {kept["uid"] for state in UNSETTLED for kept in self._find("batches", state=state)}

    def launch_batch(self, batch_id: str) -> bool:
        """See `Store`."""
        with self._lock:
            if not self._find("batches", _id=batch_id, state=BatchState.PLANNED):
                return False
            self._set("batches", batch_id, state=BatchState.LAUNCHED)
            return True

    def settle_batch(self, batch_id: str, settlement: Settlement) -> bool:
        """See `Store`."""
        with self._lock:
            found = self._find("batches", _id=batch_id)
            if not found or found[0]["state"] not in UNSETTLED:
                return False
            fields = {"state": BatchState.SETTLED, "settlement": to_embedded(settlement)}
            self._set("batches", batch_id, **fields)
            return True

    def insert_start(self, start: StartRecord) -> bool:
        """See `Store`."""
        with self._lock:
            if self._insert("starts", to_stored(start)):
                return True
            return bool(self._find("starts", _id=start.batch, pod=start.pod))

    def start(self, batch_id: str) -> StartRecord | None:
        """See `Store`."""
        found = self._find("starts", _id=batch_id)
        return from_stored(StartRecord, found[0]) if found else None

    def insert_outcomes(self, outcomes: Sequence[Outcome]) -> None:
        """See `Store`."""
        for outcome in outcomes:
            self._insert("outcomes", to_stored(outcome))

    def outcomes(self, ids: Sequence[str]) -> list[Outcome]:
        """See `Store`."""
        return list(readable(Outcome, self._of_ids("outcomes", ids)))

    def outcomes_of_batch(self, batch_id: str) -> list[Outcome]:
        """See `Store`."""
        return list(readable(Outcome, self._find("outcomes", batch=batch_id)))

    def outcome_counts(self, batch_id: str) -> dict[tuple[str, OutcomeState], int]:
        """See `Store`."""
        return dict(Counter((o.model, o.state) for o in self.outcomes_of_batch(batch_id)))

    def validation_scores(
        self, ids: Sequence[str], metric: str
    ) -> dict[str, tuple[float | None, ...]]:
        """See `Store`."""
        found = self._of_ids("outcomes", ids)
        return {document["_id"]: split_scores(document, metric) for document in found}

    def validation_curves(
        self, uid: str, pair: Pair, known: Collection[int]
    ) -> list[ValidationCurve]:
        """See `Store`."""
        above, below = ids_of_pair(uid, pair)
        own = [kept for kept in self._find("outcomes", uid=uid) if above < kept["_id"] < below]
        first = sorted(own, key=lambda kept: kept["_id"])[:MOST_CURVES]
        return [curve for curve in validation_curves(first) if curve.index not in known]

    def outcomes_of_experiment(self, uid: str) -> Iterator[Outcome]:
        """See `Store`."""
        return readable(Outcome, self._find("outcomes", uid=uid))

    def put_dataset(self, digest: str, path: Path) -> None:
        """See `Store`."""
        content, sha256 = path.read_bytes(), sha256_of(path)
        with self._lock:
            if self._insert("datasets", {"_id": digest, "sha256": sha256}):
                self._files[digest] = content

    def has_dataset(self, digest: str) -> bool:
        """See `Store`."""
        return bool(self._find("datasets", _id=digest))

    def get_dataset(self, digest: str, path: Path) -> None:
        """See `Store`."""
        found = self._find("datasets", _id=digest)
        if not found:
            raise unknown(digest)
        content = self._files[digest]
        write_checked(path, [content], digest=digest, sha256=found[0]["sha256"])

    def _find(self, collection: str, **where: Any) -> list[Document]:
        """Return the documents whose fields have these values."""
        with self._lock:
            if "_id" in where:
                candidates = self._of_ids(collection, [where["_id"]])
            else:
                candidates = list(self._kept[collection].values())
        return [
            document
            for document in candidates
            if all(document.get(field) == value for field, value in where.items())
        ]

    def _of_ids(self, collection: str, ids: Iterable[str]) -> list[Document]:
        with self._lock:
            kept = self._kept[collection]
            return [kept[key] for key in dict.fromkeys(ids) if key in kept]

    def _batches_from(self, uid: str, first: int) -> list[Document]:
        return [kept for kept in self._find("batches", uid=uid) if kept["number"] >= first]

    def _insert(self, collection: str, document: Document) -> bool:
        """Keep a document under its id; False when the id is taken."""
        kept = _as_kept(document)
        with self._lock:
            return self._kept[collection].setdefault(document["_id"], kept) is kept

    def _set(self, collection: str, key: str, **fields: Any) -> None:
        kept = self._kept[collection]
        kept[key] = _as_kept(kept[key] | fields)

    def _remove(self, collection: str, goes: Callable[[Document], bool]) -> None:
        kept = self._kept[collection]
        self._kept[collection] = {key: item for key, item in kept.items() if not goes(item)}


def _as_kept(document: Document) -> Document:
    """Return what a server would give back for a document.

    Raises:
        RefusedError: it can't be encoded, or is too large.
    """
    try:
        encoded = bson.encode(document)
    except UNSTORABLE as error:
        raise RefusedError(f"{document['_id']} cannot be stored: {error}") from error
    if len(encoded) > LARGEST_BYTES:
        raise RefusedError(
            f"{document['_id']} is larger than a document may be, {LARGEST_BYTES >> 20} MiB;"
            f" {SMALLER}"
        )
    return bson.decode(encoded, CODEC)
