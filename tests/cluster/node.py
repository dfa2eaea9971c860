"""The one node: containerd with its bridge network, the kubelet, kube-proxy.

Files that these write outside the state folder whatever they are told are listed in `host`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from cluster import network
from cluster.build import Binaries
from cluster.certificates import Authority
from cluster.daemon import Daemon
from cluster.folders import Folders
from cluster.probe import answers
from cluster.shell import succeeds

NAME = "crosstrial-test"
PAUSE = "localhost/crosstrial-pause:test"


def socket(folders: Folders) -> Path:
    """Return the path of containerd's socket."""
    return folders.state / "containerd.sock"


def ctr(binaries: Binaries, folders: Folders) -> tuple[str | Path, ...]:
    """Return the command that speaks to containerd about the kubelet's images."""
    command = binaries.of["containerd"] / "ctr"
    return (command, "--address", socket(folders), "--namespace", "k8s.io")


def containerd(binaries: Binaries, folders: Folders) -> Daemon:
    """Return containerd, with runc and the network that pods get."""
    network.write_cni(folders.state / "cni", folders.state / "addresses")
    configuration = folders.state / "containerd.toml"
    configuration.write_text(_containerd_configuration(binaries, folders))
    return Daemon(
        "containerd",
        (binaries.of["containerd"] / "containerd", "--config", configuration),
        ready=lambda: succeeds(*ctr(binaries, folders), "version"),
        environment={"PATH": binaries.path},
    )


def daemons(binaries: Binaries, authority: Authority, folders: Folders) -> Iterator[Daemon]:
    """Yield what makes the machine a node, once containerd runs and has the pause image."""
    kubeconfig = authority.kubeconfig(f"system:node:{NAME}", "system:nodes")
    yield Daemon(
        "kubelet",
        (
            *(binaries.kubernetes, "kubelet", f"--kubeconfig={kubeconfig}"),
            f"--config={_write(_kubelet_configuration(authority, folders), 'kubelet', folders)}",
            *(f"--root-dir={folders.state / 'kubelet'}", f"--cert-dir={folders.state / 'serving'}"),
            *(f"--node-ip={network.ADDRESS}", f"--hostname-override={NAME}"),
        ),
        ready=lambda: answers(f"http://{network.ADDRESS}:10248/healthz"),
        environment={"PATH": binaries.path},
    )
    kubeconfig = authority.kubeconfig("system:kube-proxy")
    yield Daemon(
        "kube-proxy",
        (
            *(binaries.kubernetes, "kube-proxy"),
            f"--config={_write(_proxy_configuration(kubeconfig), 'kube-proxy', folders)}",
        ),
        ready=lambda: answers(f"http://{network.ADDRESS}:10256/healthz"),
        environment={"PATH": binaries.path},
    )


def _containerd_configuration(binaries: Binaries, folders: Folders) -> str:
    state = folders.state
    shim = binaries.of["containerd"] / "containerd-shim-runc-v2"
    return f"""\
version = 3
root = '{state}/containerd'
state = '{state}/containerd-run'

[grpc]
address = '{socket(folders)}'

[plugins.'io.containerd.internal.v1.opt']
path = '{state}/opt'

[plugins.'io.containerd.nri.v1.nri']
disable = true

[plugins.'io.containerd.cri.v1.images'.pinned_images]
sandbox = '{PAUSE}'

[plugins.'io.containerd.cri.v1.runtime']
# Without CAP_SYS_RESOURCE nobody may lower a score, and runc would fail on it.
restrict_oom_score_adj = true
# Network namespaces are ours by where they are mounted.
netns_mounts_under_state_dir = true

[plugins.'io.containerd.cri.v1.runtime'.cni]
bin_dirs = ['{binaries.of["cni"]}']
conf_dir = '{state}/cni'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
runtime_type = 'io.containerd.runc.v2'
runtime_path = '{shim}'

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
BinaryName = '{binaries.of["runc"] / "runc"}'
Root = '{state}/runc'
"""


def _kubelet_configuration(authority: Authority, folders: Folders) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": network.ADDRESS,
        "healthzBindAddress": network.ADDRESS,
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(authority.certificate)},
        },
        "authorization": {"mode": "Webhook"},
        "containerRuntimeEndpoint": f"unix://{socket(folders)}",
        "cgroupDriver": "cgroupfs",
        "failCgroupV1": False,
        "failSwapOn": False,
        "clusterDNS": [network.ADDRESS],
        "clusterDomain": network.DOMAIN,
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "nodefs.inodesFree": "1%",
            "imagefs.available": "1%",
        },
        # Never remove an image: there is no registry to get it back from.
        "imageGCHighThresholdPercent": 100,
        "serializeImagePulls": False,
        "makeIPTablesUtilChains": False,
        "oomScoreAdj": 0,
        "podLogsDir": str(folders.state / "pod-logs"),
        "volumePluginDir": str(folders.state / "volume-plugins"),
    }


def _proxy_configuration(kubeconfig: Path) -> dict[str, object]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(kubeconfig)},
        "hostnameOverride": NAME,
        "mode": "iptables",
        "clusterCIDR": network.PODS,
        "healthzBindAddress": f"{network.ADDRESS}:10256",
        "metricsBindAddress": f"{network.ADDRESS}:10249",
        "oomScoreAdj": 0,
        # Zero: leave the machine's own settings of connection tracking alone.
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
        "iptables": {"localhostNodePorts": False},
        "nodePortAddresses": ["primary"],
    }


def _write(configuration: dict[str, object], name: str, folders: Folders) -> Path:
    path = folders.state / f"{name}.yaml"
    # JSON is YAML.
    path.write_text(json.dumps(configuration, indent=1))
    return path
