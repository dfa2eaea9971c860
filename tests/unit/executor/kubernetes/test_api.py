"""Requests over real sockets: what is repeated, what is not, and what errors say."""

from __future__ import annotations

import re
import socket
import time

import pytest
from kubernetes.client import Configuration

from crosstrial.executor.kubernetes.api import Api, RefusedError, backoff
from crosstrial.executor.kubernetes.connect import client_of
from crosstrial.executor.kubernetes.job import job_manifest
from crosstrial.executor.kubernetes.requests import Requests
from crosstrial.executor.protocol import TemporaryExecutorError
from support.fake_api_server import FakeApiServer
from support.kube_objects import BATCH, SETTINGS, a_job, a_pod

REQUESTS = Requests(SETTINGS)
READ = REQUESTS.read_job("crosstrial-0a1b2c3d4e-0")


def test_an_object_comes_back(server: FakeApiServer) -> None:
    server.put("jobs", a_job())
    assert server.api().json(READ)["metadata"]["uid"] == "job-uid"


@pytest.mark.parametrize("status", [0, 401, 429, 500, 503, 504])
def test_what_may_pass_is_repeated(server: FakeApiServer, status: int) -> None:
    server.put("jobs", a_job())
    server.fail("GET", "/jobs/", status, times=2)
    assert server.api().json(READ)["kind"] == "Job"
    assert server.count("GET", "/jobs/") == 3


@pytest.mark.parametrize("status", [400, 403, 404, 409, 422])
def test_a_refusal_is_not_repeated(server: FakeApiServer, status: int) -> None:
    server.fail("GET", "/jobs/", status, reason="Because", message="you may not")
    with pytest.raises(RefusedError, match=r"cannot read Job .*: you may not") as caught:
        server.api().json(READ)
    assert (caught.value.status, caught.value.reason) == (status, "Because")
    assert server.count("GET", "/jobs/") == 1


def test_a_creation_is_repeated_as_well(server: FakeApiServer) -> None:
    server.fail("POST", "/jobs", 503)
    made = server.api().json(REQUESTS.create_job(job_manifest(BATCH, SETTINGS)))
    assert made["metadata"]["name"] == "crosstrial-0a1b2c3d4e-0"
    assert server.count("POST", "/jobs") == 2


def test_retry_after_is_kept(server: FakeApiServer) -> None:
    server.put("jobs", a_job())
    server.fail("GET", "/jobs/", 429, headers={"Retry-After": "1"})
    begun = time.monotonic()
    server.api().json(READ)
    assert time.monotonic() - begun >= 1.0


def test_a_long_pause_is_kept_by_every_request(server: FakeApiServer) -> None:
    server.put("jobs", a_job())
    server.fail("GET", "/jobs/", 429, headers={"Retry-After": "3600"}, message="too many requests")
    api = server.api()
    with pytest.raises(TemporaryExecutorError, match="too many requests"):
        api.json(READ)
    with pytest.raises(TemporaryExecutorError, match="asked for a pause"):
        api.send(REQUESTS.delete_pod(a_pod()))
    assert len(server.asked) == 1


def test_patience_ends(server: FakeApiServer) -> None:
    server.fail("GET", "/jobs/", 500, times=1000, message="etcdserver: request timed out")
    with pytest.raises(TemporaryExecutorError, match=r"cannot read Job .*: etcdserver"):
        server.api(patience_seconds=0.5).json(READ)


def test_nobody_there() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        api = Api(client_of(Configuration(host=url)), patience_seconds=0.1)
        with pytest.raises(TemporaryExecutorError, match="cannot read Job"):
            api.json(READ)


def test_what_is_no_json_may_pass(server: FakeApiServer) -> None:
    server.put("pods", a_pod(name="p"))
    server.logs["p"] = "<html>a proxy</html>"
    with pytest.raises(TemporaryExecutorError, match="no JSON"):
        server.api().json(REQUESTS.log(a_pod(name="p")))


def test_a_closed_api_sends_nothing(server: FakeApiServer) -> None:
    api = server.api()
    api.close()
    with pytest.raises(TemporaryExecutorError, match="closed"):
        api.json(READ)
    assert server.asked == []


def test_connections_serve_one_request_after_another(server: FakeApiServer) -> None:
    server.put("jobs", a_job())
    api = server.api()
    for _ in range(20):
        api.json(READ)
        with pytest.raises(RefusedError):
            api.json(REQUESTS.read_job("nobody"))
    assert len(server.connections) == 1


def test_a_new_token_is_sent_as_soon_as_it_is_known(server: FakeApiServer) -> None:
    server.put("jobs", a_job())
    tokens = iter(["first", "second"])
    configuration = Configuration(host=server.url)
    configuration.refresh_api_key_hook = lambda own: own.api_key.update(
        BearerToken=f"bearer {next(tokens)}"
    )
    configuration.api_key["BearerToken"] = "bearer none"
    api = Api(client_of(configuration))
    api.json(READ)
    api.json(READ)
    sent = [re.sub("^bearer ", "", one.headers["authorization"]) for one in server.asked]
    assert sent == ["first", "second"]


def test_a_delete_names_the_very_object(server: FakeApiServer) -> None:
    server.put("jobs", a_job())
    other = a_job()
    other["metadata"]["uid"] = "another"
    with pytest.raises(RefusedError) as caught:
        server.api().send(REQUESTS.delete_job(other))
    assert caught.value.status == 409
    assert server.get("jobs", a_job()["metadata"]["name"]) is not None
    server.api().send(REQUESTS.delete_job(a_job()))
    assert server.get("jobs", a_job()["metadata"]["name"]) is None
    assert server.asked[-1].body == {
        "apiVersion": "v1",
        "kind": "DeleteOptions",
        "propagationPolicy": "Background",
        "preconditions": {"uid": "job-uid"},
    }


def test_backoff_grows_and_is_bounded() -> None:
    waits = [backoff(failures) for failures in range(1, 12)]
    assert all(0 < seconds <= 30 for seconds in waits)
    assert waits[0] <= 0.5
    assert waits[-1] >= 15
    assert len({backoff(12) for _ in range(8)}) > 1
