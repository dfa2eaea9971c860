"""One collection of objects, kept up to date by list and watch on a thread of its own.

Level-triggered: a watch that breaks costs latency, never correctness. It is taken up again where
it broke; when the server no longer knows that place (410), after any other refusal, and now and
again anyway (resync) everything is listed anew.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import orjson
import structlog

from crosstrial.executor.kubernetes.api import Api, RefusedError, Stream, backoff
from crosstrial.executor.kubernetes.objects import Json, name_of
from crosstrial.executor.kubernetes.requests import Collection
from crosstrial.executor.protocol import TemporaryExecutorError

logger = structlog.get_logger(__name__)

WATCH_SECONDS = 240
# Bookmarks come about every minute: after so long without anything the connection is dead.
SILENCE_SECONDS = 150.0
RESYNC_SECONDS = 600.0
JOIN_SECONDS = 5.0
# A watch that ends sooner and says nothing is one that the server can't serve.
SHORT_SECONDS = 1.0


@dataclass(frozen=True)
class News:
    """The objects that are there, and those that have gone, each as it was last heard of."""

    there: tuple[Json, ...]
    deleted: tuple[Json, ...]


class Cache:
    """The objects of a collection as they were last heard of."""

    def __init__(
        self,
        api: Api,
        collection: Collection,
        changed: Callable[[], None],
        *,
        silence_seconds: float = SILENCE_SECONDS,
        resync_seconds: float = RESYNC_SECONDS,
    ) -> None:
        """Start to list and watch.

        Args:
            api: where the objects are.
            collection: which objects.
            changed: called on the cache's thread after a change.
            silence_seconds: how long a watch may be silent before it is taken up again.
            resync_seconds: about how often everything is listed again, whatever was heard.
        """
        self._api = api
        self._collection = collection
        self._changed = changed
        self._silence_seconds = silence_seconds
        self._resync_seconds = resync_seconds
        self._lock = threading.Lock()
        self._objects: dict[str, Json] = {}
        self._deleted: list[Json] = []
        self._version = ""  # where to watch from; empty: list first
        self._list_at = 0.0
        self._failures = 0
        self._trouble = "it is being listed for the first time"
        self._stream: Stream | None = None
        self._synced = threading.Event()
        self._closing = threading.Event()
        self._thread = threading.Thread(
            target=self._run, name=f"watch-{collection.kind}s", daemon=True
        )
        self._thread.start()

    def require_synced(self, seconds: float) -> None:
        """Wait until everything was listed once.

        Raises:
            TemporaryExecutorError: not within so many seconds.
        """
        if not self._synced.wait(seconds):
            raise TemporaryExecutorError(
                f"the {self._collection.kind}s are not known yet: {self._trouble}"
            )

    def objects(self) -> list[Json]:
        """Return every object that is there; they belong to the cache."""
        with self._lock:
            return list(self._objects.values())

    def take(self) -> News:
        """Return what is there, and what has gone since this was last asked."""
        with self._lock:
            deleted, self._deleted = self._deleted, []
            return News(tuple(self._objects.values()), tuple(deleted))

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        if self._stream is not None:
            self._stream.interrupt()
        self._thread.join(JOIN_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._follow()
            # Whatever is wrong with an answer: a thread that ends is a view that is stale for ever.
            except Exception as error:  # noqa: BLE001
                self._note(error)
                self._closing.wait(backoff(self._failures))

    def _follow(self) -> None:
        """List if it is due, then watch until the watch ends."""
        if not self._version or time.monotonic() >= self._list_at:
            self._list()
        begun, version = time.monotonic(), self._version
        self._watch()
        if self._version == version and time.monotonic() - begun < SHORT_SECONDS:
            raise TemporaryExecutorError("the watch ended at once")
        self._failures = 0

    def _note(self, error: Exception) -> None:
        if self._closing.is_set():
            return
        self._failures += 1
        self._trouble = str(error)
        # A connection that broke is taken up where it broke; all else is no base to go on from.
        if not isinstance(error, TemporaryExecutorError):
            self._version = ""
        logger.warning(
            "watch broke",
            kind=self._collection.kind,
            error=f"{type(error).__name__}: {error}",
            failures=self._failures,
        )

    def _list(self) -> None:
        """Replace everything by what is there now.

        Without a resource version the list is a read of the truth, not of some server's cache.
        """
        found: dict[str, Json] = {}
        token = ""
        while True:
            page = self._api.json(self._collection.page(token))
            found |= {name_of(item): _slim(item) for item in page.get("items") or ()}
            token = page["metadata"].get("continue") or ""
            if not token:
                break
        with self._lock:
            self._deleted += [old for name, old in self._objects.items() if _lost(old, found, name)]
            self._objects = found
        self._version = page["metadata"]["resourceVersion"]
        self._list_at = time.monotonic() + self._resync_seconds * random.uniform(0.8, 1.2)  # noqa: S311 jitter
        self._synced.set()
        self._changed()

    def _watch(self) -> None:
        seconds = int(WATCH_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311 jitter, no secret
        request = self._collection.watch(self._version, seconds)
        with self._api.stream(request, silence_seconds=self._silence_seconds) as stream:
            self._stream = stream
            # Whoever closes sees the stream, or is seen here.
            if self._closing.is_set():
                return
            for line in stream:
                self._take(orjson.loads(line))
                self._failures = 0

    def _take(self, event: Json) -> None:
        """Take note of one event of the watch."""
        thing: Json = event["object"]
        if event["type"] == "ERROR":
            code, reason = int(thing.get("code") or 0), thing.get("reason") or ""
            told = thing.get("message") or reason
            raise RefusedError(f"watch {self._collection.kind}s", code, reason, told)
        if event["type"] != "BOOKMARK":
            self._store(_slim(thing), deleted=event["type"] == "DELETED")
            self._changed()
        self._version = thing["metadata"]["resourceVersion"]

    def _store(self, thing: Json, *, deleted: bool) -> None:
        with self._lock:
            if deleted:
                self._objects.pop(name_of(thing), None)
                self._deleted.append(thing)
            else:
                self._objects[name_of(thing)] = thing


def _slim(thing: Json) -> Json:
    """Leave out who changed which field: half of an object, read by nobody here."""
    thing["metadata"].pop("managedFields", None)
    return thing


def _lost(old: Json, found: dict[str, Json], name: str) -> bool:
    new = found.get(name)
    return new is None or new["metadata"].get("uid") != old["metadata"].get("uid")
