"""Addresses, the bridge that pods hang on, and the packet filter's chains of kube-proxy.

The bridge's own address is the node's, the API server's and the name server's. Pods reach each
other, Services and this machine; nothing routes or masks their packets further. NetworkPolicy is
not enforced: the plain bridge plugin knows none.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from cluster.shell import run, succeeds

BRIDGE = "crosstrial0"
ADDRESS = "10.231.0.1"
PODS = "10.231.0.0/24"
SERVICES = "10.232.0.0/16"
API_SERVICE = "10.232.0.1"
API_SERVER = f"https://{ADDRESS}:6443"
DOMAIN = "cluster.local"

_FILTERS = ("iptables", "ip6tables")
_CHAIN = re.compile(r":(KUBE-\S+) ")
# A jump from one of the kernel's own chains into one of kube-proxy's.
_JUMP = re.compile(r"-A (?!KUBE-)(.* -j KUBE-\S+.*)")


def create_bridge() -> None:
    """Make the bridge and give it its address."""
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "address", "add", f"{ADDRESS}/{PODS.split('/')[1]}", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")


def delete_bridge() -> None:
    """Remove the bridge and what hangs on it, if it is there."""
    if not bridge_exists():
        return
    for link in json.loads(run("ip", "-json", "link", "show", "master", BRIDGE) or "[]"):
        # It may go by itself just now, together with its pod's namespace.
        succeeds("ip", "link", "delete", link["ifname"])
    run("ip", "link", "delete", BRIDGE)


def bridge_exists() -> bool:
    """Say whether there is a link of the bridge's name."""
    return succeeds("ip", "link", "show", BRIDGE)


def veth_links() -> list[str]:
    """Return this side of every pair of links that may lead into a pod."""
    return [
        link["ifname"] for link in json.loads(run("ip", "-json", "link", "show", "type", "veth"))
    ]


def write_cni(folder: Path, state: Path) -> None:
    """Write the network configuration that containerd reads.

    Args:
        folder: where containerd looks for it.
        state: where the addresses in use are remembered.
    """
    folder.mkdir(parents=True)
    bridge = {
        "type": "bridge",
        "bridge": BRIDGE,
        "isGateway": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "ranges": [[{"subnet": PODS, "gateway": ADDRESS}]],
            "routes": [{"dst": "0.0.0.0/0"}],
            "dataDir": str(state),
        },
    }
    configuration = {"cniVersion": "1.0.0", "name": "crosstrial-test", "plugins": [bridge]}
    (folder / "10-crosstrial.conflist").write_text(json.dumps(configuration, indent=1))


def kube_chains() -> list[str]:
    """Return every chain of kube-proxy and the kubelet, as `filter/table/chain`."""
    return [
        f"{filter_}/{table}/{chain}"
        for filter_ in _FILTERS
        for table, lines in _tables(filter_).items()
        for chain in _matches(_CHAIN, lines)
    ]


def delete_kube_chains() -> None:
    """Remove the chains of kube-proxy and the kubelet and the jumps to them, and nothing else."""
    for filter_ in _FILTERS:
        for table, lines in _tables(filter_).items():
            changes = chain_deletions(table, lines)
            if changes:
                run(f"{filter_}-restore", "--noflush", stdin="\n".join(changes))


def chain_deletions(table: str, lines: list[str]) -> list[str]:
    """Return one transaction for `iptables-restore`: jumps go, chains are emptied, then deleted.

    Args:
        table: its name.
        lines: the table as `iptables-save` prints it.
    """
    chains = _matches(_CHAIN, lines)
    if not chains:
        return []
    return [
        f"*{table}",
        *(f":{chain} - [0:0]" for chain in chains),
        *(f"-D {jump}" for jump in _matches(_JUMP, lines)),
        *(f"-X {chain}" for chain in chains),
        "COMMIT\n",
    ]


def _tables(filter_: str) -> dict[str, list[str]]:
    """Return the lines of each table as `iptables-save` prints them."""
    tables: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in run(f"{filter_}-save").splitlines():
        if line.startswith("*"):
            lines = tables.setdefault(line[1:], [])
        lines.append(line)
    return tables


def _matches(pattern: re.Pattern[str], lines: list[str]) -> list[str]:
    return [match[1] for line in lines if (match := pattern.match(line))]
