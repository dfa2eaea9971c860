"""Which cluster: the one that is given, else one in Docker, else one made on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from cluster.docker import docker_cluster
from cluster.folders import folders_of
from cluster.given import GivenCluster
from cluster.images import Image
from cluster.native import NativeCluster


class Cluster(Protocol):
    """A Kubernetes that tests may use. All calls are idempotent and raise ClusterError."""

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way in, once it is up."""

    @property
    def kubectl(self) -> tuple[str | Path, ...]:
        """The command that speaks to the cluster."""

    def up(self) -> None:
        """Have it usable."""

    def down(self) -> None:
        """Have it gone, and nothing of it left."""

    def bring(self, image: Image) -> None:
        """Have an image of the checkout on its nodes."""

    def take_away(self, image: Image) -> None:
        """Have an image no longer on its nodes."""

    def share(self) -> Path:
        """Return a folder of this machine that its nodes have under the same path."""

    def add_fake_nodes(self, count: int) -> None:
        """Have nodes without a machine, for tests of scale."""


def choose(environ: Mapping[str, str]) -> Cluster:
    """Return the cluster that an environment and this machine allow.

    Raises:
        ClusterError: the cache folder's path is unusable.
    """
    given = environ.get("CROSSTRIAL_TEST_KUBECONFIG")
    if given:
        return GivenCluster(Path(given).absolute())
    folders = folders_of(environ)
    # What was brought up stays the choice until it is down, even if Docker answers meanwhile.
    if folders.state.exists():
        return NativeCluster(folders)
    return docker_cluster(folders) or NativeCluster(folders)
