"""Forwarding: a port of this machine, behind which every connection gets a tunnel of its own.

Neighbours: `tunnel` is one connection, `cluster` says to which pod. A pod that is replaced breaks
the connections that it had; the next ones go to its successor.
"""

from __future__ import annotations

import selectors
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from socketserver import BaseRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Protocol, Self

CHUNK_BYTES = 1 << 18
# How long the end may take to be noticed.
LOOK_SECONDS = 0.1


class BrokenError(Exception):
    """A connection cannot be carried, or not any more; the next one may be."""


class Far(Protocol):
    """The far end of a connection: `tunnel.Tunnel`. All but `close` raise BrokenError."""

    def fileno(self) -> int:
        """Return the descriptor that is readable when something has arrived."""

    def send(self, data: bytes) -> None:
        """Send bytes."""

    def receive(self) -> bytes | None:
        """Return the bytes that have arrived, perhaps none; None once the far end has hung up."""

    def close(self) -> None:
        """Hang up."""


class _Server(ThreadingTCPServer):
    # A thread that still connects, or waits for what never comes, does not hold up the end.
    daemon_threads = True


class Forward:
    """Listens while it is entered; `trouble` is why the last connection was not carried."""

    def __init__(self, dial: Callable[[], Far]) -> None:
        """Listen on a free port.

        Args:
            dial: makes the far end of a connection; called by several threads.
        """
        self.trouble = ""
        self._dial = dial
        self._ending = threading.Event()
        forward = self

        class Handler(BaseRequestHandler):
            def handle(self) -> None:
                forward._carry(self.request)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(LOOK_SECONDS,), name="forward"
        )

    @property
    def port(self) -> int:
        """The port to connect to, on 127.0.0.1."""
        port: int = self._server.server_address[1]
        return port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _carry(self, near: socket.socket) -> None:
        """Carry one connection to its end; the server then closes the near end."""
        try:
            with closing(self._dial()) as far:
                self.trouble = ""
                self._exchange(near, far)
        except BrokenError as error:
            self.trouble = str(error)
        except ConnectionError:
            return  # the near end is gone

    def _exchange(self, near: socket.socket, far: Far) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(near, selectors.EVENT_READ)
            selector.register(far, selectors.EVENT_READ)
            while not self._ending.is_set():
                for key, _ in selector.select(LOOK_SECONDS):
                    goes_on = _to_far(near, far) if key.fileobj is near else _to_near(far, near)
                    if not goes_on:
                        return


def _to_far(near: socket.socket, far: Far) -> bool:
    data = near.recv(CHUNK_BYTES)
    if data:
        far.send(data)
    return bool(data)


def _to_near(far: Far, near: socket.socket) -> bool:
    data = far.receive()
    if data:
        near.sendall(data)
    return data is not None
