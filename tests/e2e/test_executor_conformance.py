"""The executors' conformance suite against Jobs in a real cluster: the tests are its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.executor.test_executor import *  # noqa: F403 all of it, what is added as well
from support.arena import wait_for
from support.executors import Harness, Scratch
from support.installation import MISBEHAVING, Installation
from support.kubernetes_harness import KubernetesHarness

pytestmark = pytest.mark.timeout(1800)


@pytest.fixture(scope="module")
def image(installation: Installation) -> str:
    installation.cluster.bring(MISBEHAVING)
    return MISBEHAVING.reference


@pytest.fixture
def scratch(installation: Installation) -> Iterator[Scratch]:
    """A folder that test and workers have in common."""
    with tempfile.TemporaryDirectory(dir=installation.cluster.share()) as folder:
        yield Scratch(Path(folder))


@pytest.fixture
def harness(installation: Installation, image: str, scratch: Scratch) -> Iterator[Harness]:
    """The implementation; nothing of its workers may be left when it is closed."""
    kubeconfig = installation.cluster.kubeconfig
    made = KubernetesHarness(scratch.folder, kubeconfig=kubeconfig, image=image)
    yield made
    made.close()
    wait_for(lambda: scratch.alive == 0, "nothing of any worker is left")
