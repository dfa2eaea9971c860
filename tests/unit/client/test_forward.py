"""Forwarding, through real sockets: a local port, the API server's websocket, a pod's port."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from crosstrial.client.forward import BrokenError, Forward
from crosstrial.client.tunnel import Tunnel
from crosstrial.executor.kubernetes.requests import Request
from crosstrial.executor.protocol import ExecutorError
from support.arena import wait_for
from support.fake_cluster import FakeCluster, a_pod, fake_cluster


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    with fake_cluster() as cluster:
        yield cluster


def dialling(cluster: FakeCluster, pod: str) -> Callable[[], Tunnel]:
    api = cluster.api(patience_seconds=0.1)

    def dial() -> Tunnel:
        path = f"/api/v1/namespaces/control/pods/{pod}/portforward"
        try:
            return Tunnel(api.websocket(Request("forward", "GET", path, (("ports", "27017"),))))
        except ExecutorError as error:
            raise BrokenError(str(error)) from error

    return dial


def connect(forward: Forward) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", forward.port), timeout=30)
    connection.settimeout(30)
    return connection


def say(connection: socket.socket, text: bytes) -> bytes:
    """Send a text and return as many bytes as were sent."""
    connection.sendall(text)
    heard = b""
    while len(heard) < len(text):
        part = connection.recv(1 << 16)
        if not part:
            break
        heard += part
    return heard


def is_hung_up(connection: socket.socket) -> bool:
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def test_what_is_sent_arrives_and_what_is_answered_comes_back(cluster: FakeCluster) -> None:
    with a_pod() as pod, Forward(dialling(cluster, "store-0")) as forward:
        cluster.pods["store-0"] = pod.port
        with connect(forward) as connection:
            assert say(connection, b"hello") == b"hello"
            assert say(connection, b"again") == b"again"
    assert forward.trouble == ""


def test_many_connections_carry_much_at_once(cluster: FakeCluster) -> None:
    def exchange(number: int) -> bool:
        text = bytes([number]) * 300_000
        with connect(forward) as connection:
            return all(say(connection, text) == text for _ in range(2))

    with a_pod() as pod, Forward(dialling(cluster, "store-0")) as forward:
        cluster.pods["store-0"] = pod.port
        with ThreadPoolExecutor(12) as pool:
            assert all(pool.map(exchange, range(12)))


def test_the_pod_hanging_up_ends_the_connection(cluster: FakeCluster) -> None:
    with Forward(dialling(cluster, "store-0")) as forward, a_pod() as pod:
        cluster.pods["store-0"] = pod.port
        with connect(forward) as connection:
            assert say(connection, b"hello") == b"hello"
            pod.kill()
            assert is_hung_up(connection)


def test_leaving_reaches_the_pod(cluster: FakeCluster) -> None:
    with a_pod() as pod, Forward(dialling(cluster, "store-0")) as forward:
        cluster.pods["store-0"] = pod.port
        with connect(forward) as connection:
            assert say(connection, b"hello") == b"hello"
        [far] = pod.connections
        wait_for(lambda: far.fileno() == -1, "the pod's end is closed", 30)


def test_after_a_restart_new_connections_reach_the_new_pod(cluster: FakeCluster) -> None:
    with Forward(dialling(cluster, "store-0")) as forward:
        with a_pod("a") as pod:
            cluster.pods["store-0"] = pod.port
            old = connect(forward)
            assert say(old, b"hello") == b"ahello"
        assert is_hung_up(old)
        old.close()

        with connect(forward) as between:
            assert is_hung_up(between)
        assert "refused inside the pod" in forward.trouble

        with a_pod("b") as successor:
            cluster.pods["store-0"] = successor.port
            with connect(forward) as new:
                assert say(new, b"hello") == b"bhello"
        assert forward.trouble == ""


def test_a_pod_that_is_not_there_is_told(cluster: FakeCluster) -> None:
    with Forward(dialling(cluster, "store-7")) as forward:
        with connect(forward) as connection:
            assert is_hung_up(connection)
        assert 'pods "store-7" not found' in forward.trouble


def test_the_end_cuts_what_is_open(cluster: FakeCluster) -> None:
    with a_pod() as pod:
        cluster.pods["store-0"] = pod.port
        with Forward(dialling(cluster, "store-0")) as forward:
            connection = connect(forward)
            assert say(connection, b"hello") == b"hello"
        assert is_hung_up(connection)
        connection.close()
        with pytest.raises(ConnectionRefusedError):
            connect(forward)
