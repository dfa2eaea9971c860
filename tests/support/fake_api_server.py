"""An API server in little, over real sockets: list and watch, create and delete, logs, faults."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from kubernetes.client import Configuration

from crosstrial.executor.kubernetes.api import Api
from crosstrial.executor.kubernetes.connect import client_of
from support.fake_api_state import Asked, FakeApiState, Fault, Json, status

PATH = re.compile(
    r"^(?:/api/v1|/apis/batch/v1)/namespaces/(?P<namespace>[^/]+)/(?P<kind>[a-z]+)"
    r"(?:/(?P<name>[^/]+))?(?:/(?P<part>log))?$"
)
IDLE_SECONDS = 0.02


class FakeApiServer(FakeApiState):
    """The server at its address."""

    def __init__(self) -> None:
        super().__init__()
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


class _Handler(BaseHTTPRequestHandler):
    state: FakeApiState
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
            self._send(404, status(404, "no such path"))
        elif query.get("watch"):
            self._watch(found["kind"], query)
        else:
            self._answer(method, found, query, body)

    def _fail(self, fault: Fault) -> None:
        if fault.status == 0:
            self.close_connection = True  # hung up without a word
            return
        self._send(fault.status, status(fault.status, fault.message, fault.reason), fault.headers)

    def _answer(
        self, method: str, found: re.Match[str], query: dict[str, str], body: Json | None
    ) -> None:
        kind, name = found["kind"], found["name"]
        if method == "POST":
            made = self.state.create(kind, body or {})
            self._send(201 if made else 409, made or status(409, "already exists"))
        elif method == "DELETE":
            code = self.state.delete(kind, name, body)
            self._send(code, status(code, f"{kind} {name}"))
        elif found["part"] == "log":
            self._send_log(name)
        elif name is None:
            self._send(200, self.state.listed(kind, query))
        else:
            thing = self.state.get(kind, name)
            self._send(200 if thing else 404, thing or status(404, f"{kind} {name} not found"))

    def _send_log(self, name: str) -> None:
        if self.state.get("pods", name) is None:
            self._send(404, status(404, f"pods {name} not found"))
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
            self._send(410, status(410, "too old resource version"))
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
