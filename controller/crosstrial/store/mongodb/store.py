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
    "experiments": (IndexModel("name", unique=True), IndexModel(["state", "status.ended"])),
    "batches": (
        IndexModel(["uid", "number", "state"]),
        IndexModel(["state", "uid"]),
        IndexModel(["uid", "settlement.hasUnfinished", "settlement.hasRetries"]),
    ),
    "outcomes": (IndexModel(["batch", "model", "state"]),),
    # Those of GridFS: else the first who submits would have to have the right to make them.
    "datasets.files": (IndexModel(["filename", "uploadDate"]),),
    "datasets.chunks": (IndexModel(["files_id", "n"], unique=True),),
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
        self._is_marked()
        for collection, indexes in INDEXES.items():
            self._database[collection].create_indexes(list(indexes))
        # The mark comes last: where it is, all is there.
        claim(self._database[META], {"_id": SCHEMA, "version": SCHEMA_VERSION})
        self._is_marked()

    def ensure_ready(self) -> None:
        """See `Store`."""
        if self._is_marked():
            return
        try:
            self.init()
        except RefusedError as error:
            raise RefusedError(
                f"the store {self.server} was not made ready yet, and may not be by this user"
                f" ({error}); start its controller, or run `crosstrial store init` as a user who"
                " may make indexes"
            ) from error

    @translated
    def _is_marked(self) -> bool:
        """Whether the store was made ready.

        Raises:
            RefusedError: by another version of crosstrial.
        """
        found = self._database[META].find_one({"_id": SCHEMA})
        if found is None or found.get("version") == SCHEMA_VERSION:
            return found is not None
        raise RefusedError(
            f"the store {self.server} has schema version {found.get('version')}, this"
            f" crosstrial works with {SCHEMA_VERSION}; use the crosstrial that made it, or"
            " another database"
        )

    def close(self) -> None:
        """See `Store`."""
        self._database.client.close()
