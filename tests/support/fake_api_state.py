"""What a fake API server knows: Jobs, pods and events, their history, and the faults to show.

It has no controllers: tests play the Job controller and the kubelet by `put` and `drop`.
`fake_api_server` speaks HTTP for it.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
STATUSES = {404: "NotFound", 409: "AlreadyExists", 410: "Expired"}


@dataclass
class Fault:
    """What a matching request gets instead of its answer, so many times."""

    method: str
    path: str
    status: int
    reason: str = ""
    message: str = "made to fail"
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass(frozen=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    body: Json | None
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)


class FakeApiState:
    """The state of the server, and what tests do to it."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.faults: list[Fault] = []
        self.logs: dict[str, str] = {}
        self.connections: set[int] = set()  # the client's ports
        self.silent = False  # watches tell nothing, as over a dead connection
        self.refuse_to_watch = False  # watches end at once
        self.babble = False  # the next watch says something that is no event
        self.bookmarks = True
        self.bookmarked = 0  # the last version that a bookmark told
        self.expired_in_stream = True
        self.page_size = 500
        self._lock = threading.RLock()
        self._objects: dict[tuple[str, str], Json] = {}
        self._history: list[tuple[int, str, str, Json]] = []
        self._version = 1000
        self._oldest = 0
        self._generation = 0
        self._closing = False

    # What tests do.

    def put(self, kind: str, thing: Json) -> Json:
        """Create or replace an object, as some controller would."""
        with self._lock:
            key = (kind, thing["metadata"]["name"])
            event = "MODIFIED" if key in self._objects else "ADDED"
            return self._record(event, kind, json.loads(json.dumps(thing)))

    def drop(self, kind: str, name: str) -> None:
        """Remove an object at once."""
        with self._lock:
            self._record("DELETED", kind, self._objects[kind, name])

    def get(self, kind: str, name: str) -> Json | None:
        with self._lock:
            return self._objects.get((kind, name))

    def all(self, kind: str) -> list[Json]:
        with self._lock:
            return [thing for (of, _), thing in self._objects.items() if of == kind]

    def fail(self, method: str, path: str, status: int, **more: Any) -> None:
        """Answer matching requests so; `path` is a regular expression."""
        self.faults.append(Fault(method, path, status, **more))

    def mend(self) -> None:
        """Answer everything again."""
        self.faults.clear()

    def cut_watches(self) -> None:
        """Break the connection of every watch that is open."""
        self._generation += 1

    def forget_history(self, but_after: int | None = None) -> None:
        """Make every resource version so far, or before one, too old to watch from."""
        with self._lock:
            self._version += 1
            self._oldest = self._version if but_after is None else but_after
            self._history = [entry for entry in self._history if entry[0] >= self._oldest]
        self.cut_watches()

    def count(self, method: str, path: str, **query: str) -> int:
        """How many requests of a kind arrived."""
        return sum(
            asked.method == method
            and re.search(path, asked.path) is not None
            and all(asked.query.get(key) == value for key, value in query.items())
            for asked in list(self.asked)
        )

    # What requests do.

    def fault(self, method: str, path: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.method == method and re.search(fault.path, path) and fault.times:
                    fault.times -= 1
                    return fault
        return None

    def create(self, kind: str, thing: Json) -> Json | None:
        with self._lock:
            if (kind, thing["metadata"]["name"]) in self._objects:
                return None
            thing["metadata"].setdefault("uid", f"uid-{self._version}")
            thing["metadata"].setdefault("creationTimestamp", "2026-03-04T05:06:07Z")
            return self._record("ADDED", kind, thing)

    def listed(self, kind: str, query: dict[str, str]) -> Json:
        with self._lock:
            items = [thing for thing in self.all(kind) if _selected(thing, query)]
            first = int(query.get("continue") or 0)
            size = min(int(query.get("limit") or len(items) or 1), self.page_size)
            metadata: Json = {"resourceVersion": str(self._version)}
            if first + size < len(items):
                metadata["continue"] = str(first + size)
            return {"kind": "List", "metadata": metadata, "items": items[first : first + size]}

    def watched(self, kind: str, query: dict[str, str]) -> Iterator[Json | None]:
        """Yield events; None when there is nothing to say now.

        Raises:
            ConnectionAbortedError: the connection is to break.
        """
        seen, generation = int(query["resourceVersion"]), self._generation
        ends_at = time.monotonic() + float(query["timeoutSeconds"])
        while not self._closing and not self.refuse_to_watch and time.monotonic() < ends_at:
            if generation != self._generation:
                raise ConnectionAbortedError
            if seen < self._oldest:
                yield {"type": "ERROR", "object": status(410, "too old resource version")}
                return
            if self.babble:
                self.babble = False
                yield {"unheard": "of"}
            if not self.silent:
                news, version = self._news(kind, query, seen)
                yield from news
                if self.bookmarks and version > seen and not news:
                    yield _bookmark(version)
                    self.bookmarked = version
                seen = version
            yield None

    def _news(self, kind: str, query: dict[str, str], seen: int) -> tuple[list[Json], int]:
        with self._lock:
            events = [
                {"type": event, "object": thing}
                for version, event, of, thing in self._history
                if version > seen and of == kind and _selected(thing, query)
            ]
            return events, self._version

    def is_expired(self, query: dict[str, str]) -> bool:
        return int(query["resourceVersion"]) < self._oldest

    def delete(self, kind: str, name: str, options: Json | None) -> int:
        with self._lock:
            thing = self._objects.get((kind, name))
            if thing is None:
                return 404
            wanted = ((options or {}).get("preconditions") or {}).get("uid")
            if wanted not in (None, thing["metadata"]["uid"]):
                return 409
            if kind == "pods":
                self._ask_to_end(thing)
                return 200
            self._record("DELETED", kind, thing)
            # The garbage collector.
            for pod in self.all("pods"):
                owner = pod["metadata"]["labels"].get("crosstrial.dev/batch")
                if owner == thing["metadata"]["labels"].get("crosstrial.dev/batch"):
                    self._ask_to_end(pod)
            return 200

    def _ask_to_end(self, pod: Json) -> None:
        """What has ended is gone at once; what runs is left to the test's kubelet."""
        if pod["status"]["phase"] in ("Succeeded", "Failed"):
            self._record("DELETED", "pods", pod)
            return
        times = {"deletionTimestamp": "2026-03-04T06:00:00Z", "deletionGracePeriodSeconds": 15}
        self.put("pods", {**pod, "metadata": {**pod["metadata"], **times}})

    def _record(self, event: str, kind: str, thing: Json) -> Json:
        self._version += 1
        thing = {**thing, "metadata": {**thing["metadata"], "resourceVersion": str(self._version)}}
        key = (kind, thing["metadata"]["name"])
        if event == "DELETED":
            self._objects.pop(key, None)
        else:
            self._objects[key] = thing
        self._history.append((self._version, event, kind, thing))
        return thing


def _selected(thing: Json, query: dict[str, str]) -> bool:
    labels = thing["metadata"].get("labels") or {}
    wanted = [one.split("=") for one in (query.get("labelSelector") or "").split(",") if one]
    uid = (query.get("fieldSelector") or "").partition("involvedObject.uid=")[2]
    about = (thing.get("involvedObject") or {}).get("uid")
    return all(labels.get(key) == value for key, value in wanted) and uid in ("", about)


def status(code: int, message: str, reason: str = "") -> Json:
    return {
        "kind": "Status",
        "status": "Failure",
        "code": code,
        "reason": reason or STATUSES.get(code, ""),
        "message": message,
    }


def _bookmark(version: int) -> Json:
    return {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(version)}}}
