"""An executor and a fake API server for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from support.fake_api_server import FakeApiServer, fake_api_server
from support.kube_executor import Clock
from support.kube_objects import SETTINGS


@pytest.fixture
def server() -> Iterator[FakeApiServer]:
    """An empty API server."""
    with fake_api_server() as made:
        yield made


@pytest.fixture
def clock() -> Clock:
    """The executors' clock."""
    return Clock()


@pytest.fixture
def make(server: FakeApiServer, clock: Clock) -> Iterator[Callable[[], KubernetesExecutor]]:
    """Return a maker of executors, which are closed in the end."""
    made: list[KubernetesExecutor] = []

    def _make() -> KubernetesExecutor:
        api = server.api(patience_seconds=1.0)
        made.append(KubernetesExecutor(api, SETTINGS, monotonic=clock))
        return made[-1]

    yield _make
    for executor in made:
        executor.close()


@pytest.fixture
def executor(make: Callable[[], KubernetesExecutor]) -> KubernetesExecutor:
    """An executor."""
    return make()
