"""The API server: raw JSON over the official client's connections, repeated in one place.

The client library knows how to find the server, to prove who we are and to keep doing so when a
token rotates. It retries unevenly and decodes slowly: here its own retries are off, and what
comes back are bytes.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import orjson
from kubernetes.client import ApiClient
from kubernetes.client.exceptions import ApiException
from kubernetes.config import ConfigException
from kubernetes.stream.ws_client import create_websocket, get_websocket_url
from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError
from websocket import WebSocket, WebSocketBadStatusException, WebSocketException

from crosstrial.executor.kubernetes.objects import Json, one_line
from crosstrial.executor.kubernetes.requests import Request
from crosstrial.executor.protocol import ExecutorError, TemporaryExecutorError

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
# How long a request is repeated before its caller is told that it can't be done now.
PATIENCE_SECONDS = 8.0
FIRST_BACKOFF_SECONDS = 0.25
LONGEST_BACKOFF_SECONDS = 30.0
CHUNK_BYTES = 1 << 16

UNHEARD = 0
UNAUTHORIZED = 401
NOT_FOUND = 404
CONFLICT = 409
GONE = 410
TOO_MANY = 429
SERVER_ERROR = 500


class RefusedError(ExecutorError):
    """The API server understood and said no; trying the same again won't help.

    `status` is HTTP's, `reason` a stable word of Kubernetes, such as `AlreadyExists`.
    """

    def __init__(self, what: str, status: int, reason: str, message: str) -> None:
        super().__init__(f"cannot {what}: {message}")
        self.status = status
        self.reason = reason
        self.message = message


class _PassingError(Exception):
    """This time it failed; `after`: the seconds for which the server asks to be left alone."""

    def __init__(self, message: str, after: float = 0.0) -> None:
        super().__init__(message)
        self.after = after


class Api:
    """Sends requests; safe to share between threads."""

    def __init__(self, client: ApiClient, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._client = client
        self._patience_seconds = patience_seconds
        self._resumes_at = 0.0
        self._closed = threading.Event()

    def json(self, request: Request) -> Json:
        """Send a request and return the object that answers it; raises as `send` does."""
        try:
            answer: Json = orjson.loads(self.send(request))
        except orjson.JSONDecodeError as error:
            raise TemporaryExecutorError(f"cannot {request.what}: no JSON came back") from error
        return answer

    def send(self, request: Request) -> bytes:
        """Send a request and return the answer's body; repeat it while the trouble may pass.

        A POST is repeated as well: what is created here has a name of its own, so that a second
        arrival is a conflict with ourselves.

        Raises:
            RefusedError: the answer was no.
            TemporaryExecutorError: no answer within our patience, or the server wants a pause.
        """
        give_up_at = time.monotonic() + self._patience_seconds
        failures = 0
        while True:
            self._keep_pause(request)
            try:
                return self._once(request)
            except _PassingError as error:
                failures += 1
                delay = max(error.after, backoff(failures))
                if time.monotonic() + delay >= give_up_at:
                    raise self._given_up(request, error) from error
                self._closed.wait(delay)

    def send_once(self, request: Request) -> bytes:
        """Send a request that its caller can do without, and do not repeat it.

        Raises as `send` does.
        """
        self._keep_pause(request)
        try:
            return self._once(request)
        except _PassingError as error:
            raise self._given_up(request, error) from error

    def stream(self, request: Request, *, silence_seconds: float) -> Stream:
        """Send a request whose answer has no end, and return it once it has begun.

        It is sent once: whoever listens knows how to go on. Raises as `send` does.

        Args:
            request: what to ask.
            silence_seconds: for how long nothing may come before the stream counts as broken.
        """
        self._keep_pause(request)
        try:
            response = self._open(request, silence_seconds)
            if not _is_well(response):
                _raise_for(request, response)
        except _PassingError as error:
            raise self._given_up(request, error) from error
        return Stream(request, response)

    def websocket(self, request: Request) -> WebSocket:
        """Send a request that turns its connection into a websocket, and return that.

        It is sent once: whoever wants a connection knows what to do without. Raises as `send` does.
        """
        self._keep_pause(request)
        try:
            _, url, headers, *_ = self._client.param_serialize(
                request.method, request.target, auth_settings=["BearerToken"]
            )
            socket: WebSocket = create_websocket(
                self._client.configuration, get_websocket_url(url), headers
            )
        except WebSocketBadStatusException as error:
            told = _status_object(error.resp_body or b"")
            message = one_line(told.get("message") or str(error))
            raise RefusedError(
                request.what, error.status_code, told.get("reason") or "", message
            ) from error
        except (WebSocketException, ConfigException, OSError) as error:
            raise TemporaryExecutorError(f"cannot {request.what}: {_told(error)}") from error
        return socket

    def close(self) -> None:
        """Wake what waits to try again, and release connections."""
        self._closed.set()
        self._client.close()

    def _keep_pause(self, request: Request) -> None:
        left = self._resumes_at - time.monotonic()
        if self._closed.is_set():
            raise TemporaryExecutorError(f"cannot {request.what}: the executor is closed")
        if left > 0:
            raise TemporaryExecutorError(
                f"cannot {request.what}: the API server asked for a pause, {left:.0f} s are left"
            )

    def _given_up(self, request: Request, error: _PassingError) -> TemporaryExecutorError:
        """Remember the pause that the server wants, for every request; return what to raise."""
        self._resumes_at = max(self._resumes_at, time.monotonic() + error.after)
        return TemporaryExecutorError(f"cannot {request.what}: {error}")

    def _once(self, request: Request) -> bytes:
        response = self._open(request, READ_SECONDS)
        if not _is_well(response):
            _raise_for(request, response)
        return _body(response)

    def _open(self, request: Request, read_seconds: float) -> BaseHTTPResponse:
        headers = {"Accept": "application/json, */*"}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        try:
            described = self._client.param_serialize(
                request.method,
                request.target,
                header_params=headers,
                body=request.body,
                auth_settings=["BearerToken"],
            )
            answer = self._client.call_api(
                *described, _request_timeout=(CONNECT_SECONDS, read_seconds)
            )
        # Nobody there; no trust; a token file that is being written.
        except (HTTPError, ApiException, ConfigException, OSError) as error:
            raise _PassingError(_told(error)) from error
        response: BaseHTTPResponse = answer.response
        return response


class Stream:
    """An answer that goes on: its lines, until the server ends it."""

    def __init__(self, request: Request, response: BaseHTTPResponse) -> None:
        self._request = request
        self._response = response

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._response.close()

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line as it arrives.

        Raises:
            TemporaryExecutorError: the connection broke, or was silent for too long.
        """
        rest = b""
        try:
            for chunk in self._response.stream(CHUNK_BYTES):
                *lines, rest = (rest + chunk).split(b"\n")
                yield from lines
        except (HTTPError, OSError) as error:
            raise TemporaryExecutorError(f"cannot {self._request.what}: {_told(error)}") from error

    def interrupt(self) -> None:
        """End the stream from another thread."""
        try:
            self._response.shutdown()
        except (OSError, RuntimeError, ValueError):
            return  # it has ended by itself


def backoff(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row; jittered, bounded."""
    longest = min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2.0 ** min(failures, 16))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 jitter, no secret


def _is_well(response: BaseHTTPResponse) -> bool:
    return 200 <= response.status < 300


def _body(response: BaseHTTPResponse) -> bytes:
    """Read an answer to its end: only then does its connection serve the next request."""
    try:
        return response.data
    except (HTTPError, OSError) as error:
        raise _PassingError(_told(error)) from error


def _raise_for(request: Request, response: BaseHTTPResponse) -> None:
    body = _body(response)
    told = _status_object(body)
    message = one_line(told.get("message") or body[:500].decode(errors="replace"))
    message = message or f"HTTP status {response.status}"
    # A token that has just been replaced is refused once.
    passing = response.status in (UNAUTHORIZED, TOO_MANY) or response.status >= SERVER_ERROR
    if passing:
        raise _PassingError(message, _retry_after(response))
    raise RefusedError(request.what, response.status, told.get("reason") or "", message)


def _status_object(body: bytes) -> dict[str, Any]:
    try:
        told = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _retry_after(response: BaseHTTPResponse) -> float:
    """Return the seconds that the server asks for; a date, which only proxies send, is none."""
    try:
        return max(0.0, float(response.headers.get("Retry-After", "0")))
    except ValueError:
        return 0.0


def _told(error: Exception) -> str:
    return one_line(type(error).__name__, str(error))
