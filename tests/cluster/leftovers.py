"""What may not be on the machine while no native cluster runs: asserted before up, after down."""

from __future__ import annotations

import psutil

from cluster import cgroups, host, network
from cluster.folders import Folders


def leftovers(folders: Folders, before: host.Noted | None) -> list[str]:
    """Return in words what a cluster has left; empty when the machine is as before.

    Args:
        folders: of the cluster.
        before: what was noted when it came up; None when none did.
    """
    return [
        *(f"process {process.pid} {process.name()}" for process in processes(folders)),
        *(f"mount {point}" for point in host.mounts(str(folders.state))),
        *([f"link {network.BRIDGE}"] if network.bridge_exists() else []),
        *(f"packet filter chain {chain}" for chain in network.kube_chains()),
        *(f"cgroup {folder}" for folder in cgroups.pods()),
        *(host.differences(before) if before else []),
    ]


def processes(folders: Folders) -> list[psutil.Process]:
    """Return the processes that run a program of the cache: daemons, shims, plugins."""
    found = []
    for process in psutil.process_iter():
        try:
            program = process.exe()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if program.startswith(f"{folders.binaries}/"):
            found.append(process)
    return found
