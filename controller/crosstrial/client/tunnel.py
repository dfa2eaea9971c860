"""A tunnel: one connection to a port of a pod, through a websocket of the API server.

Every message of the websocket begins with its channel: 0 carries the connection's bytes, 1 an
error. The first message on each only names the port.
"""

from __future__ import annotations

import ssl

from websocket import ABNF, WebSocket, WebSocketException

from crosstrial.client.forward import BrokenError

DATA, ERROR = 0, 1
# What has begun to arrive, or is being sent, may not take longer.
STALL_SECONDS = 30.0


class Tunnel:
    """Bytes to and from one port; used by one thread."""

    def __init__(self, websocket: WebSocket) -> None:
        websocket.settimeout(STALL_SECONDS)
        self._websocket = websocket
        self._opened: set[int] = set()

    def fileno(self) -> int:
        """Return the descriptor that is readable when something has arrived."""
        descriptor: int = self._websocket.fileno()  # type: ignore[no-untyped-call]
        return descriptor

    def send(self, data: bytes) -> None:
        """Send bytes.

        Raises:
            BrokenError: it is broken.
        """
        try:
            self._websocket.send_binary(bytes([DATA]) + data)
        except (WebSocketException, OSError) as error:
            raise BrokenError(f"the connection to the pod broke: {error}") from error

    def receive(self) -> bytes | None:
        """Return the bytes that have arrived, perhaps none; None once the pod has hung up.

        Raises:
            BrokenError: it is broken, or the pod's port does not answer.
        """
        arrived = b""
        while True:
            part = self._next()
            if part is None:
                return arrived or None
            arrived += part
            if not self._has_more():
                return arrived

    def close(self) -> None:
        """Hang up."""
        self._websocket.shutdown()  # type: ignore[no-untyped-call]

    def _has_more(self) -> bool:
        """Whether bytes are decrypted already, of which the descriptor tells nothing."""
        socket = self._websocket.sock
        return isinstance(socket, ssl.SSLSocket) and socket.pending() > 0

    def _next(self) -> bytes | None:
        try:
            # Pings come back as well, answered: to wait for more would stop the other direction.
            kind, message = self._websocket.recv_data(control_frame=True)
        except (WebSocketException, OSError) as error:
            raise BrokenError(f"the connection to the pod broke: {error}") from error
        if kind == ABNF.OPCODE_CLOSE:
            return None
        if kind != ABNF.OPCODE_BINARY or not message:
            return b""
        channel = message[0]
        if channel not in self._opened:
            self._opened.add(channel)
            return b""
        if channel == ERROR:
            raise BrokenError(bytes(message[1:]).decode(errors="replace").strip())
        return bytes(message[1:])
