"""CoreDNS as a process of the node: the names of Services, on the bridge's address.

The kubelet's `clusterDNS` is that address, so there is no Service in between. Other names are
refused at once: pods have no way out, and nobody outside is asked.
"""

from __future__ import annotations

from cluster import network
from cluster.build import Binaries
from cluster.certificates import Authority
from cluster.daemon import Daemon
from cluster.folders import Folders
from cluster.probe import answers

_READY = f"{network.ADDRESS}:8181"


def daemon(binaries: Binaries, authority: Authority, folders: Folders) -> Daemon:
    """Return the name server; it reads the cluster as its administrator."""
    kubeconfig = authority.kubeconfig("crosstrial-test-dns", "system:masters")
    corefile = folders.state / "Corefile"
    corefile.write_text(
        ".:53 {\n"
        f"    bind {network.ADDRESS}\n"
        "    errors\n"
        f"    ready {_READY}\n"
        f"    kubernetes {network.DOMAIN} in-addr.arpa {{\n"
        f"        kubeconfig {kubeconfig}\n"
        "        ttl 5\n"
        "    }\n"
        "    cache 5\n"
        "}\n"
    )
    return Daemon(
        "coredns",
        (binaries.of["coredns"] / "coredns", "-conf", corefile),
        ready=lambda: answers(f"http://{_READY}/ready"),
    )
