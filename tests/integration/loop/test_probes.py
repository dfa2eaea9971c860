"""Probes over HTTP, as a kubelet asks them."""

from __future__ import annotations

import http.client
import socket

import pytest

from crosstrial.loop.probes import ProbeServer, Pulse


def ask(server: ProbeServer, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_readiness_follows_the_loop(capfd: pytest.CaptureFixture[str]) -> None:
    pulse = Pulse()
    with ProbeServer(pulse, 0) as server:
        assert (ask(server, "/healthz"), ask(server, "/readyz")) == (200, 503)
        pulse.beat(well=True)
        assert (ask(server, "/healthz"), ask(server, "/readyz")) == (200, 200)
        assert ask(server, "/") == 404
    assert capfd.readouterr() == ("", "")  # a log line a probe would drown the others


def test_a_client_that_says_nothing_does_not_hold_up_the_next() -> None:
    with (
        ProbeServer(Pulse(), 0) as server,
        socket.create_connection(("127.0.0.1", server.port)),
    ):
        assert ask(server, "/healthz") == 200
