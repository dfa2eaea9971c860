"""Probes: what a kubelet asks of the controller over HTTP, answered by the loop's pulse.

`/healthz` fails when the loop hangs: a restart helps. `/readyz` fails while the store or the API
server keeps the loop from its work: a restart would not help.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import TracebackType
from typing import Self

# One round may wait out several time limits of the store and of the API server.
HEALTHY_SECONDS = 180.0
READY_SECONDS = 30.0
# How long a client may take to say what it asks: there is one thread.
PATIENCE_SECONDS = 2.0


class Pulse:
    """When the loop last went round, and when it last got all that it asked for."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._beat_at = monotonic()
        self._well_at: float | None = None

    def beat(self, *, well: bool) -> None:
        """Note the end of a round; `well` when store and executor answered in it."""
        self._beat_at = self._monotonic()
        if well:
            self._well_at = self._beat_at

    @property
    def healthy(self) -> bool:
        """Whether the loop goes round."""
        return self._monotonic() - self._beat_at <= HEALTHY_SECONDS

    @property
    def ready(self) -> bool:
        """Whether the loop got on with its work not long ago."""
        return self._well_at is not None and self._monotonic() - self._well_at <= READY_SECONDS


class ProbeServer:
    """Answers probes on a thread of its own, until closed."""

    def __init__(self, pulse: Pulse, port: int) -> None:
        """Listen on a port; 0 takes a free one.

        Raises:
            OSError: the port is taken.
        """
        self._server = HTTPServer(("", port), _handler(pulse))
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="probes", daemon=True
        )

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(pulse: Pulse) -> type[BaseHTTPRequestHandler]:
    answers: Mapping[str, Callable[[], bool]] = {
        "/healthz": lambda: pulse.healthy,
        "/readyz": lambda: pulse.ready,
    }

    class Handler(BaseHTTPRequestHandler):
        timeout = PATIENCE_SECONDS

        def do_GET(self) -> None:
            answer = answers.get(self.path)
            if answer is None:
                self._say(HTTPStatus.NOT_FOUND)
            else:
                self._say(HTTPStatus.OK if answer() else HTTPStatus.SERVICE_UNAVAILABLE)

        def _say(self, status: HTTPStatus) -> None:
            body = f"{status.phrase}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 its name there
            """Say nothing: probes come every few seconds."""

    return Handler
