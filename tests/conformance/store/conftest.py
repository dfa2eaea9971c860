"""The stores that every test runs on: in memory, on the embedded server, and on a given MongoDB."""

from __future__ import annotations

import multiprocessing
import os
import secrets
from collections.abc import Iterator
from contextlib import closing
from multiprocessing.pool import Pool, ThreadPool
from pathlib import Path

import pytest
from pymongo import MongoClient

from crosstrial.store.connect import open_store
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.protocol import Store
from support.store_backends import Backend, MemoryBackend, ServerBackend, with_database

GIVEN = os.environ.get("CROSSTRIAL_TEST_MONGODB_URI")
SERVERS = ["embedded", "given"] if GIVEN else ["embedded"]
CLIENTS = 4


@pytest.fixture(scope="session")
def threads() -> Iterator[Pool]:
    with ThreadPool(CLIENTS) as pool:
        yield pool


@pytest.fixture(scope="session")
def processes() -> Iterator[Pool]:
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        yield pool


@pytest.fixture(scope="session")
def embedded_uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = EmbeddedServer(tmp_path_factory.mktemp("server"))
    yield server.acquire()
    server.release()


@pytest.fixture(params=["memory", *SERVERS])
def backend(request: pytest.FixtureRequest) -> Iterator[Backend]:
    """A fresh store."""
    if request.param == "memory":
        yield MemoryBackend(request.getfixturevalue("threads"))
    else:
        yield from fresh_database(request, request.param)


@pytest.fixture(params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[ServerBackend]:
    """A fresh store on a server."""
    yield from fresh_database(request, request.param)


@pytest.fixture
def store(backend: Backend) -> Store:
    """The fresh store itself."""
    return backend.store


def fresh_database(request: pytest.FixtureRequest, kind: str) -> Iterator[ServerBackend]:
    uri = request.getfixturevalue("embedded_uri") if kind == "embedded" else str(GIVEN)
    name = f"crosstrial_test_{secrets.token_hex(4)}"
    uri = with_database(uri, name)
    with closing(open_store(uri)) as store, MongoClient(uri, tz_aware=True) as client:
        store.init()
        clients = request.getfixturevalue("processes")
        yield ServerBackend(clients, uri, store, client.get_database(name))
        if kind == "given":  # the other one goes with its folder
            client.drop_database(name)


@pytest.fixture
def data_file(tmp_path: Path) -> Path:
    """A file of several blocks."""
    path = tmp_path / "source.parquet"
    path.write_bytes(os.urandom(1 << 21) + b"the end")
    return path
