"""End the native cluster, whatever state it is in, and prove that nothing of it is left.

Nobody is asked politely: pods of a cluster that goes away have nothing to save. Each step leaves
alone what is not there, so a half-started cluster ends like a whole one.
"""

from __future__ import annotations

import contextlib
import shutil

import psutil

from cluster import cgroups, host, network
from cluster.daemon import stop
from cluster.errors import ClusterError
from cluster.folders import Folders
from cluster.leftovers import leftovers, processes
from cluster.shell import holds

# Whoever would start something anew goes before what it started; a store after its clients.
_BEFORE_CONTAINERS = (
    *("kwok", "kube-proxy", "kubelet", "kube-scheduler", "kube-controller-manager", "coredns"),
)
_AFTER_CONTAINERS = ("containerd", "kube-apiserver", "etcd")


def down(folders: Folders) -> None:
    """Remove the cluster; nothing happens when there is none.

    Raises:
        ClusterError: something of it is left; the message lists it.
    """
    before = host.noted(folders)
    # What else is on this machine by these names is not ours: `up` starts on a clean one only.
    if before:
        _end(folders, before)
    if folders.state.exists():
        shutil.rmtree(folders.state)


def _end(folders: Folders, before: host.Noted) -> None:
    for daemon in _BEFORE_CONTAINERS:
        stop(daemon, folders)
    cgroups.kill()
    for daemon in _AFTER_CONTAINERS:
        stop(daemon, folders)
    _kill_shims(folders)
    host.unmount(str(folders.state))
    network.delete_bridge()
    network.delete_kube_chains()
    cgroups.remove()
    host.restore(before)
    left = leftovers(folders, before)
    if left:
        listed = "\n".join(f"  {thing}" for thing in left)
        raise ClusterError(f"the cluster is down, but this is left of it:\n{listed}")


def _kill_shims(folders: Folders) -> None:
    for process in processes(folders):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    holds(lambda: not processes(folders), seconds=5)
