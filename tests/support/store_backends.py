"""Fresh stores for conformance tests: what their clients are, and ways past their own rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.pool import Pool
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlencode, urlsplit

from pymongo.database import Database

from crosstrial.store.connect import open_store
from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import Store


@dataclass
class MemoryBackend:
    """A store in memory: its clients are threads."""

    clients: Pool
    store: MemoryStore = field(default_factory=MemoryStore)

    @property
    def opened(self) -> Callable[[], Store]:
        return lambda: self.store

    def plant(self, collection: str, document: dict[str, Any]) -> None:
        """Keep a document past the store's own checks."""
        self.store._kept[collection][document["_id"]] = document

    def damage_files(self) -> None:
        """Change a byte of every data file."""
        self.store._files = {key: b"X" + kept[1:] for key, kept in self.store._files.items()}

    def count_files(self) -> int:
        return len(self.store._files)


@dataclass
class ServerBackend:
    """A store in a database of its own: its clients are processes."""

    clients: Pool
    uri: str
    store: Store
    database: Database[dict[str, Any]]

    @property
    def opened(self) -> Callable[[], Store]:
        return partial(open_store, self.uri, pool_size=1)

    def plant(self, collection: str, document: dict[str, Any]) -> None:
        """Keep a document past the store's own checks."""
        self.database[collection].insert_one(document)

    def damage_files(self) -> None:
        """Change a byte of every data file."""
        for chunk in self.database["datasets.chunks"].find({"n": 0}):
            changed = {"$set": {"data": b"X" + chunk["data"][1:]}}
            self.database["datasets.chunks"].update_one({"_id": chunk["_id"]}, changed)

    def count_files(self) -> int:
        chunks = self.database["datasets.chunks"].distinct("files_id")
        assert self.database["datasets.files"].distinct("_id") == chunks
        return len(chunks)


Backend: TypeAlias = MemoryBackend | ServerBackend


def with_database(uri: str, name: str) -> str:
    """Return the URI for another database, with the credentials of the one that it names."""
    parts = urlsplit(uri)
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    if parts.username and parts.path.strip("/"):
        options.setdefault("authSource", parts.path.strip("/"))
    return parts._replace(path=f"/{name}", query=urlencode(options)).geturl()
