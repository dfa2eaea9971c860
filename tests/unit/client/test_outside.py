"""A cluster from outside: what the Secret says, which pod is reached, what is told if none is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.uri_parser import parse_uri

from crosstrial.client.outside import Cluster, Endpoint, open_cluster, ready_endpoints
from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import UnreachableError
from support.fake_cluster import (
    DEPLOYMENTS_PATH,
    NAMESPACE,
    SECRET_PATH,
    SLICES_PATH,
    URI,
    FakeCluster,
    a_pod,
    fake_cluster,
)


@pytest.fixture
def there() -> Iterator[FakeCluster]:
    with fake_cluster() as cluster:
        yield cluster


def opened(there: FakeCluster) -> Cluster:
    return Cluster(there.api(patience_seconds=0.1), NAMESPACE)


def test_the_store_is_reached_with_the_secrets_user_and_database(there: FakeCluster) -> None:
    with a_pod() as pod:
        there.pods["store-0"] = pod.port
        there.serve("store-0")
        with opened(there).reach_store() as uri:
            told: dict[str, Any] = parse_uri(uri)
            [(host, port)] = told["nodelist"]
            assert (told["username"], told["password"]) == ("me", "s@cret")
            assert told["database"] == "db"
            assert told["options"]["directConnection"] is True
            with socket.create_connection((host, port), timeout=30) as connection:
                connection.sendall(b"hello")
                assert connection.recv(5) == b"hello"
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, port), timeout=30)


def test_a_store_without_a_service_is_reached_by_its_own_uri(there: FakeCluster) -> None:
    there.install(service="")
    with opened(there).reach_store() as uri:
        assert uri == URI


def test_a_pod_with_another_name_is_found_after_a_restart(there: FakeCluster) -> None:
    with a_pod("a") as first, a_pod("b") as second:
        there.pods |= {"store-a": first.port, "store-b": second.port}
        there.serve("store-a")
        with opened(there).reach_store() as uri:
            address = parse_uri(uri)["nodelist"][0]
            for pod, name in (("store-a", b"a"), ("store-b", b"b")):
                there.serve(pod)
                with socket.create_connection(address, timeout=30) as connection:
                    connection.sendall(b"x")
                    assert connection.recv(1) == name


def lose_the_store(there: FakeCluster) -> None:
    """Have the driver find no store any more, as it says it."""
    with opened(there).reach_store() as uri:
        there.serve("store-0", ready=False)
        with socket.create_connection(parse_uri(uri)["nodelist"][0], timeout=30) as connection:
            assert connection.recv(1) == b""
        raise UnreachableError("no answer from mongodb://127.0.0.1:1")


def test_what_the_driver_cannot_know_is_told_of_a_store_that_was_lost(there: FakeCluster) -> None:
    with a_pod() as pod:
        there.pods["store-0"] = pod.port
        there.serve("store-0")
        with pytest.raises(UnreachableError) as told:
            lose_the_store(there)
    assert "no pod of Service store in namespace control is ready" in str(told.value)
    assert "127.0.0.1" not in str(told.value)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        pytest.param(404, "--namespace", id="missing"),
        pytest.param(403, "Role crosstrial-submitter", id="forbidden"),
    ],
)
def test_without_the_secret_the_remedy_is_told(there: FakeCluster, status: int, words: str) -> None:
    there.refused[SECRET_PATH] = status
    with pytest.raises(InvalidError) as told:
        opened(there)
    assert "Secret crosstrial-submitter" in str(told.value)
    assert words in str(told.value)


def test_a_secret_without_a_uri_is_told(there: FakeCluster) -> None:
    there.install(uri="")
    with pytest.raises(InvalidError, match="has no key `uri`"):
        opened(there)


@pytest.mark.parametrize("status", [500, 429, 401])
def test_a_server_that_does_not_answer_is_unreachable(there: FakeCluster, status: int) -> None:
    there.refused[SECRET_PATH] = status
    with pytest.raises(UnreachableError, match="the cluster does not answer"):
        opened(there)


def test_no_ready_pod_is_told_before_anything_is_tried(there: FakeCluster) -> None:
    there.serve("store-0", ready=False)
    with (
        pytest.raises(UnreachableError, match="no pod of Service store in namespace control"),
        opened(there).reach_store(),
    ):
        pytest.fail("there is nothing to reach")


def test_pods_that_may_not_be_looked_up_are_told(there: FakeCluster) -> None:
    there.refused[SLICES_PATH] = 403
    with (
        pytest.raises(InvalidError, match="cannot list EndpointSlices"),
        opened(there).reach_store(),
    ):
        pytest.fail("there is nothing to reach")


@pytest.mark.parametrize(
    ("available", "expected"), [pytest.param(1, True, id="up"), pytest.param(0, False, id="down")]
)
def test_the_deployment_tells_whether_a_controller_runs(
    there: FakeCluster, available: int, expected: bool
) -> None:
    there.deploy(available)
    assert opened(there).controller_runs() is expected


def test_a_deployment_that_is_not_there_or_not_seen_tells_nothing(there: FakeCluster) -> None:
    cluster = opened(there)
    there.objects[DEPLOYMENTS_PATH] = {"items": []}
    assert cluster.controller_runs() is None
    there.refused[DEPLOYMENTS_PATH] = 403
    assert cluster.controller_runs() is None


def endpoint(name: str, **conditions: Any) -> dict[str, Any]:
    return {"targetRef": {"kind": "Pod", "name": name}, "conditions": conditions}


@pytest.mark.parametrize(
    ("ports", "port", "expected"),
    [
        pytest.param([("mongodb", 27017)], "27017", 27017, id="number"),
        pytest.param([("mongodb", 37017)], "mongodb", 37017, id="name"),
        pytest.param([(None, 37017)], "27017", 37017, id="another number, but the only one"),
        pytest.param([("metrics", 1), ("mongodb", 27017)], "27017", 27017, id="one of two"),
        pytest.param([("metrics", 1), ("other", 2)], "27017", None, id="none of two"),
    ],
)
def test_the_pods_own_port_is_found(
    ports: list[tuple[str | None, int]], port: str, expected: int | None
) -> None:
    declared = [{"name": name, "port": number} for name, number in ports]
    slices = [{"ports": declared, "endpoints": [endpoint("store-0", ready=True)]}]
    found = [] if expected is None else [Endpoint("store-0", expected)]
    assert list(ready_endpoints(slices, port)) == found


def test_only_pods_that_are_ready_or_not_known_not_to_be_count() -> None:
    endpoints = [endpoint("a", ready=False), endpoint("b"), {"addresses": ["10.0.0.1"]}]
    slices = [{"ports": None, "endpoints": endpoints}, {"ports": [{"port": 1}], "endpoints": None}]
    assert list(ready_endpoints(slices, "1")) == []
    slices[0]["ports"] = [{"port": 1}]
    assert list(ready_endpoints(slices, "1")) == [Endpoint("b", 1)]


def test_a_context_that_is_not_in_the_kubeconfig_is_told(there: FakeCluster, tmp_path: Any) -> None:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(there.kubeconfig())
    with (
        pytest.raises(InvalidError, match="--context"),
        open_cluster(context="nope", namespace=NAMESPACE, kubeconfig=str(kubeconfig)),
    ):
        pytest.fail("there is no such context")
    with open_cluster(context="here", namespace=NAMESPACE, kubeconfig=str(kubeconfig)) as cluster:
        assert cluster.namespace == NAMESPACE
