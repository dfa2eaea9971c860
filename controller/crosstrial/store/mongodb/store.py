"""`MongoStore`: the parts put together, and what a database needs before its first use."""

from __future__ import annotations

from pymongo import IndexModel

from crosstrial.domain.record import SCHEMA_VERSION
from crosstrial.store.mongodb.batches import Batches
from crosstrial.store.mongodb.datasets import DataSets
from crosstrial.store.mongodb.errors import translated
from crosstrial.store.mongodb.experiments import Experiments
from crosstrial.store.mongodb.outcomes import Outcomes
from crosstrial.store.mongodb.part import claim
from crosstrial.store.protocol import RefusedError

# Everything else that is asked for often is asked for by `_id`.
INDEXES = {
    "experiments": (IndexModel("name", unique=True), IndexModel("state")),
    "batches": (
        IndexModel(["uid", "number", "state"]),
        IndexModel(["state", "uid"]),
        IndexModel(["uid", "settlement.hasUnfinished", "settlement.hasRetries"]),
    ),
    "outcomes": (IndexModel(["batch", "model", "state"]),),
}
META = "meta"
SCHEMA = "schema"


class MongoStore(Experiments, Batches, Outcomes, DataSets):
    """Does what `Store` says on a MongoDB database.

    Safe for threads; not for a fork, like the driver's client: a child process opens its own.
    """

    @translated
    def init(self) -> None:
        """See `Store`.

        Raises:
            RefusedError: the store was made by another version of crosstrial.
        """
        meta = self._database[META]
        claim(meta, {"_id": SCHEMA, "version": SCHEMA_VERSION})
        found = meta.find_one({"_id": SCHEMA}) or {}
        if found.get("version") != SCHEMA_VERSION:
            raise RefusedError(
                f"the store {self.server} has schema version {found.get('version')}, this"
                f" crosstrial works with {SCHEMA_VERSION}; use the crosstrial that made it, or"
                " another database"
            )
        for collection, indexes in INDEXES.items():
            self._database[collection].create_indexes(list(indexes))

    def close(self) -> None:
        """See `Store`."""
        self._database.client.close()
