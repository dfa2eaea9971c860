"""Bring the native cluster up, in the order of what needs what; `teardown` ends it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster import (
    control_plane,
    debian,
    dns,
    fake_nodes,
    host,
    images,
    network,
    node,
    oci,
    teardown,
    versions,
    volumes,
)
from cluster.build import Binaries, build
from cluster.certificates import Authority
from cluster.daemon import Daemon, running, start
from cluster.errors import ClusterError
from cluster.folders import Folders
from cluster.images import Image
from cluster.leftovers import leftovers
from cluster.probe import answers
from cluster.shell import run, say, succeeds, wait_for

_DAEMONS = (
    *("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"),
    *("coredns", "containerd", "kubelet", "kube-proxy"),
)


@dataclass(frozen=True)
class NativeCluster:
    """A Kubernetes of one node on this machine."""

    folders: Folders

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way in."""
        return self.folders.kubeconfig

    @property
    def kubectl(self) -> tuple[str | Path, ...]:
        """The command that speaks to the cluster."""
        return (build(self.folders).kubernetes, "kubectl", f"--kubeconfig={self.kubeconfig}")

    def up(self) -> None:
        """Compile what is missing and start it; nothing happens when it is well already.

        Raises:
            ClusterError: what was missing or did not start, with the end of its log.
        """
        if self._well():
            return
        if os.geteuid() != 0:
            raise ClusterError("making a cluster takes root: links, mounts, cgroups, containers")
        debian.install(versions.DEBIAN_TO_RUN)
        if self.folders.state.exists():
            say("removing what is left of an earlier cluster")
            teardown.down(self.folders)
        self._refuse_company()
        self._start(build(self.folders))

    def down(self) -> None:
        """Remove the cluster and everything of it.

        Raises:
            ClusterError: something of it is left.
        """
        teardown.down(self.folders)

    def bring(self, image: Image) -> None:
        """Build an image and import it; nothing happens when the node has it.

        Raises:
            ClusterError: it does not build, or there is no cluster.
        """
        images.bring(image, build(self.folders), self.folders)

    def take_away(self, image: Image) -> None:
        """Remove an image from the node; nothing happens when it has none.

        Raises:
            ClusterError: there is no cluster.
        """
        images.take_away(image, build(self.folders), self.folders)

    def share(self) -> Path:
        """Return a folder of this machine: the node is this machine."""
        shared = self.folders.state / "shared"
        shared.mkdir(exist_ok=True)
        return shared

    def add_fake_nodes(self, count: int) -> None:
        """Make nodes exist that have no machine.

        Raises:
            ClusterError: kwok does not start, or there is no cluster.
        """
        fake_nodes.add(count, self.kubectl, self.folders)

    def _start(self, binaries: Binaries) -> None:
        started = time.monotonic()
        self.folders.state.mkdir()
        host.note(self.folders)
        host.prepare()
        network.create_bridge()
        for daemon in self._daemons(binaries):
            start(daemon, self.folders)
        self._wait_until_usable()
        volumes.add(self.kubectl, self.folders)
        say(f"the cluster is up after {time.monotonic() - started:.0f} s")

    def _daemons(self, binaries: Binaries) -> Iterator[Daemon]:
        folders = self.folders
        authority = Authority(folders.state / "pki")
        authority.create()
        yield from control_plane.daemons(binaries, authority, folders)
        shutil.copy(authority.kubeconfig("crosstrial-admin", "system:masters"), self.kubeconfig)
        yield dns.daemon(binaries, authority, folders)
        yield node.containerd(binaries, folders)
        self._import_pause(binaries)
        yield from node.daemons(binaries, authority, folders)

    def _import_pause(self, binaries: Binaries) -> None:
        archive = self.folders.state / "pause.tar"
        program = (binaries.of["pause"] / "pause").read_bytes()
        oci.write_archive(archive, node.PAUSE, {"pause": program})
        run(*node.ctr(binaries, self.folders), "images", "import", archive)

    def _wait_until_usable(self) -> None:
        kubectl = self.kubectl
        ready = ("wait", "--for=condition=Ready", "--timeout=1s", f"node/{node.NAME}")
        wait_for(lambda: succeeds(*kubectl, *ready), "the node is ready", 60)
        account = ("get", "serviceaccount", "default")
        wait_for(lambda: succeeds(*kubectl, *account), "the default service account exists", 30)

    def _well(self) -> bool:
        alive = all(running(name, self.folders) for name in _DAEMONS)
        return alive and self.kubeconfig.exists() and answers(f"{network.API_SERVER}/readyz")

    def _refuse_company(self) -> None:
        found = leftovers(self.folders, before=None)
        if found:
            listed = "\n".join(f"  {thing}" for thing in found)
            raise ClusterError(
                "another Kubernetes is or was on this machine, and two would disturb each other; "
                f"remove it, or name it in CROSSTRIAL_TEST_KUBECONFIG:\n{listed}"
            )
