"""What the native cluster borrows of the machine, noted before and given back after.

Components write some settings and folders whatever they are told. `note` is called before the
first of them starts, `restore` once the last has ended.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from cluster import network
from cluster.folders import Folders
from cluster.shell import run

# The kubelet wants the first five so; the bridge plugin forwards; a reply from a pod behind a
# Service has to pass the packet filter although it only crosses the bridge.
SETTINGS = (
    "vm/overcommit_memory",
    "vm/panic_on_oom",
    "kernel/panic",
    "kernel/panic_on_oops",
    "kernel/keys/root_maxkeys",
    "kernel/keys/root_maxbytes",
    "net/ipv4/ip_forward",
    "net/ipv4/conf/all/route_localnet",
    "net/bridge/bridge-nf-call-iptables",
    "net/netfilter/nf_conntrack_max",
    "net/netfilter/nf_conntrack_tcp_be_liberal",
    "net/netfilter/nf_conntrack_tcp_timeout_established",
    "net/netfilter/nf_conntrack_tcp_timeout_close_wait",
)
FOLDERS = (
    "/etc/cni",
    "/opt/cni",
    "/opt/containerd",
    "/run/containerd",
    "/run/kubernetes",
    "/run/netns",
    "/run/nri",
    "/run/runc",
    "/usr/libexec/kubernetes",
    "/var/lib/cni",
    "/var/lib/containerd",
    "/var/lib/kubelet",
    "/var/log/containers",
    "/var/log/pods",
)


@dataclass(frozen=True)
class Noted:
    """The machine before the cluster: settings by path, folders that were missing, veth links."""

    settings: dict[str, str]
    missing: tuple[str, ...]
    links: tuple[str, ...]


def note(folders: Folders) -> None:
    """Remember the machine as it is."""
    missing = tuple(folder for folder in FOLDERS if not Path(folder).exists())
    noted = Noted(_settings(), missing, tuple(network.veth_links()))
    _file(folders).write_text(json.dumps(asdict(noted), indent=1))


def noted(folders: Folders) -> Noted | None:
    """Return what was noted; None when no cluster is up."""
    try:
        known = json.loads(_file(folders).read_text())
    except FileNotFoundError:
        return None
    return Noted(known["settings"], tuple(known["missing"]), tuple(known["links"]))


def prepare() -> None:
    """Let the bridge's packets pass the packet filter, where Services are translated."""
    _setting("net/bridge/bridge-nf-call-iptables").write_text("1")


def restore(before: Noted) -> None:
    """Put settings back and remove the folders that were not there."""
    for name, value in before.settings.items():
        if _settings().get(name) != value:
            _setting(name).write_text(value)
    for folder in before.missing:
        if Path(folder).exists():
            shutil.rmtree(folder)


def differences(before: Noted) -> list[str]:
    """Return in words what of the machine is not as it was noted."""
    now = _settings()
    return [
        *(
            f"setting {name} is {now.get(name)}, was {value}"
            for name, value in before.settings.items()
            if now.get(name) != value
        ),
        *(f"folder {folder}" for folder in before.missing if Path(folder).exists()),
        *(f"link {link}" for link in network.veth_links() if link not in before.links),
    ]


def mounts(below: str) -> list[str]:
    """Return the mount points below a path, deepest first."""
    points = [
        line.split()[4].encode().decode("unicode_escape")
        for line in Path("/proc/self/mountinfo").read_text().splitlines()
    ]
    found = {point for point in points if point.startswith(f"{below}/")}
    return sorted(found, key=lambda point: point.count("/"), reverse=True)


def unmount(below: str) -> None:
    """Unmount everything below a path."""
    for point in mounts(below):
        run("umount", point)


def _settings() -> dict[str, str]:
    present = [name for name in SETTINGS if _setting(name).exists()]
    return {name: _setting(name).read_text().strip() for name in present}


def _setting(name: str) -> Path:
    return Path("/proc/sys") / name


def _file(folders: Folders) -> Path:
    return folders.state / "machine.json"
