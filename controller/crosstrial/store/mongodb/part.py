"""What the parts of the store on MongoDB share: collections, and the two kinds of claim."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, TypeVar

from pymongo import ReadPreference, WriteConcern
from pymongo.collection import Collection
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from crosstrial.store.documents import Document

Documents: TypeAlias = Collection[Document]
Item = TypeVar("Item")

# A URI may say otherwise for other programs: here nothing acknowledged is ever lost.
ACKNOWLEDGED = WriteConcern(w="majority", j=True, wtimeout=10_000)
COMMITTED = ReadConcern("majority")


class Part:
    """Some collections of one database.

    Args:
        database: any handle on it; concerns and read preference are set here.
        server: what messages call it, without user and password.
    """

    def __init__(self, database: Database[Document], server: str) -> None:
        self.server = server
        self._database = database.with_options(
            write_concern=ACKNOWLEDGED,
            read_concern=COMMITTED,
            read_preference=ReadPreference.PRIMARY,
        )
        self._experiments: Documents = self._database["experiments"]
        self._batches: Documents = self._database["batches"]
        self._starts: Documents = self._database["starts"]
        self._outcomes: Documents = self._database["outcomes"]
        self._datasets: Documents = self._database["datasets"]


def claim(collection: Documents, document: Document) -> bool:
    """Insert a document; False when its id or its unique name is taken."""
    try:
        collection.insert_one(document)
    except DuplicateKeyError:
        return False
    return True


def compare_and_set(collection: Documents, where: Document, change: Document) -> bool:
    """Change the document that still is as `where` says; False when none is."""
    return collection.update_one(where, change).matched_count == 1


def chunks(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Yield `items` in pieces of at most `size`."""
    return (items[first : first + size] for first in range(0, len(items), size))
