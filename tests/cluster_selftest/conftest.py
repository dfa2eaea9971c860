"""The native cluster for its own tests: up before the first, down after the last.

Whatever this machine's Docker could do instead, these tests are about the cluster of `cluster`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from cluster.folders import folders_of, only_one
from cluster.images import IMAGES
from cluster.native import NativeCluster
from support.namespaces import Namespace


@pytest.fixture(scope="session")
def cluster() -> Iterator[NativeCluster]:
    """The cluster, with the store's image; `down` raises when it leaves anything."""
    folders = folders_of(os.environ)
    native = NativeCluster(folders)
    with only_one(folders):
        native.up()
        native.bring(IMAGES["store"])
        yield native
        native.down()


@pytest.fixture
def namespace(cluster: NativeCluster) -> Iterator[Namespace]:
    """A namespace of its own."""
    place = Namespace(cluster.kubectl)
    yield place
    place.attempt("delete", "namespace", place.name, "--wait=false")
