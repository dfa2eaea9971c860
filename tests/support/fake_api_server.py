"""An API server in little, over real sockets: Jobs, pods and events, list and watch, and faults.

It has no controllers: tests play the Job controller and the kubelet by `put` and `drop`.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kubernetes.client import Configuration

from crosstrial.executor.kubernetes.api import Api
from crosstrial.executor.kubernetes.connect import client_of

Json = dict[str, Any]
PATH = re.compile(
    r"^(?:/api/v1|/apis/batch/v1)/namespaces/(?P<namespace>[^/]+)/(?P<kind>[a-z]+)"
    r"(?:/(?P<name>[^/]+))?(?:/(?P<part>log))?$"
)
IDLE_SECONDS = 0.02
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


class FakeApiServer:
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
        handler = type("Handler", (_Handler,), {"state": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def api(self, **options: Any) -> Api:
        """A new client's connection to it."""
        return Api(client_of(Configuration(host=self.url)), **options)

    def close(self) -> None:
        self._closing = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

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
                yield {"type": "ERROR", "object": _status(410, "too old resource version")}
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


def _status(code: int, message: str, reason: str = "") -> Json:
    return {
        "kind": "Status",
        "status": "Failure",
        "code": code,
        "reason": reason or STATUSES.get(code, ""),
        "message": message,
    }


def _bookmark(version: int) -> Json:
    return {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str(version)}}}


class _Handler(BaseHTTPRequestHandler):
    state: FakeApiServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_arguments: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def do_DELETE(self) -> None:
        self._serve("DELETE")

    def _serve(self, method: str) -> None:
        parts = urlsplit(self.path)
        self.state.connections.add(self.client_address[1])
        query = dict(parse_qsl(parts.query))
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else None
        self.state.asked.append(Asked(method, parts.path, query, body, dict(self.headers)))
        fault = self.state.fault(method, self.path)
        found = PATH.match(parts.path)
        if fault is not None:
            self._fail(fault)
        elif found is None:
            self._send(404, _status(404, "no such path"))
        elif query.get("watch"):
            self._watch(found["kind"], query)
        else:
            self._answer(method, found, query, body)

    def _fail(self, fault: Fault) -> None:
        if fault.status == 0:
            self.close_connection = True  # hung up without a word
            return
        self._send(fault.status, _status(fault.status, fault.message, fault.reason), fault.headers)

    def _answer(
        self, method: str, found: re.Match[str], query: dict[str, str], body: Json | None
    ) -> None:
        kind, name = found["kind"], found["name"]
        if method == "POST":
            made = self.state.create(kind, body or {})
            self._send(201 if made else 409, made or _status(409, "already exists"))
        elif method == "DELETE":
            code = self.state.delete(kind, name, body)
            self._send(code, _status(code, f"{kind} {name}"))
        elif found["part"] == "log":
            self._send_log(name)
        elif name is None:
            self._send(200, self.state.listed(kind, query))
        else:
            thing = self.state.get(kind, name)
            self._send(200 if thing else 404, thing or _status(404, f"{kind} {name} not found"))

    def _send_log(self, name: str) -> None:
        if self.state.get("pods", name) is None:
            self._send(404, _status(404, f"pods {name} not found"))
            return
        self._send_bytes(200, self.state.logs.get(name, "").encode(), {})

    def _send(self, code: int, thing: Json, headers: dict[str, str] | None = None) -> None:
        self._send_bytes(code, json.dumps(thing).encode(), headers or {})

    def _send_bytes(self, code: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(code)
        for key, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def _watch(self, kind: str, query: dict[str, str]) -> None:
        if self.state.is_expired(query) and not self.state.expired_in_stream:
            self._send(410, _status(410, "too old resource version"))
            return
        self.close_connection = True
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            for event in self.state.watched(kind, query):
                if event is None:
                    time.sleep(IDLE_SECONDS)
                    continue
                self._chunk(json.dumps(event).encode() + b"\n")
            self.wfile.write(b"0\r\n\r\n")
        except OSError:
            return  # the client has gone, or the connection is to break

    def _chunk(self, line: bytes) -> None:
        # In two parts, as the network may cut anywhere.
        for part in (line[: len(line) // 2], line[len(line) // 2 :]):
            self.wfile.write(f"{len(part):x}\r\n".encode() + part + b"\r\n")
            self.wfile.flush()


@contextmanager
def fake_api_server() -> Iterator[FakeApiServer]:
    """A server for one test."""
    server = FakeApiServer()
    try:
        yield server
    finally:
        server.close()
