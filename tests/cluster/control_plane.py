"""etcd, the API server, the controllers and the scheduler, in the order in which they start.

They listen on the bridge's address, etcd on the loopback interface. Requests are authenticated by
client certificates and authorised by Node and RBAC; admission is the default, which includes Pod
Security and quotas. `node` and `dns` come next.
"""

from __future__ import annotations

from collections.abc import Iterator

from cluster import network
from cluster.build import Binaries
from cluster.certificates import Authority
from cluster.daemon import Daemon
from cluster.folders import Folders
from cluster.probe import answers

_ETCD = "http://127.0.0.1:12379"
_ETCD_PEER = "http://127.0.0.1:12380"
# The Job controller's default of 20 requests a second would bound a test at ten pods a second.
_RATE = ("--kube-api-qps=500", "--kube-api-burst=1000")
# One of each: there is nobody to elect, and waiting for a lease takes seconds.
_ALONE = "--leader-elect=false"


def daemons(binaries: Binaries, authority: Authority, folders: Folders) -> Iterator[Daemon]:
    """Yield the daemons; each may be started once those before it are ready."""
    yield Daemon(
        "etcd",
        (
            *(binaries.kubernetes, "etcd", "--log-level=warn"),
            f"--data-dir={folders.state / 'etcd'}",
            *(f"--listen-client-urls={_ETCD}", f"--advertise-client-urls={_ETCD}"),
            *(f"--listen-peer-urls={_ETCD_PEER}", f"--initial-advertise-peer-urls={_ETCD_PEER}"),
            f"--initial-cluster=default={_ETCD_PEER}",
            # A test cluster does not outlive its machine's crash.
            "--unsafe-no-fsync",
        ),
        ready=lambda: answers(f"{_ETCD}/health"),
    )
    yield _api_server(binaries, authority, folders)
    controllers = authority.kubeconfig("system:kube-controller-manager")
    yield Daemon(
        "kube-controller-manager",
        (
            *(binaries.kubernetes, "kube-controller-manager", _ALONE, *_RATE),
            *(f"--kubeconfig={controllers}", f"--bind-address={network.ADDRESS}"),
            f"--service-account-private-key-file={authority.service_accounts}",
            f"--root-ca-file={authority.certificate}",
            "--use-service-account-credentials",
        ),
        ready=lambda: answers(f"https://{network.ADDRESS}:10257/healthz"),
    )
    scheduler = authority.kubeconfig("system:kube-scheduler")
    yield Daemon(
        "kube-scheduler",
        (
            *(binaries.kubernetes, "kube-scheduler", _ALONE, *_RATE),
            *(f"--kubeconfig={scheduler}", f"--bind-address={network.ADDRESS}"),
        ),
        ready=lambda: answers(f"https://{network.ADDRESS}:10259/healthz"),
    )


def _api_server(binaries: Binaries, authority: Authority, folders: Folders) -> Daemon:
    server = authority.server()
    to_kubelet = authority.client("kube-apiserver-kubelet-client", "system:masters")
    return Daemon(
        "kube-apiserver",
        (
            *(binaries.kubernetes, "kube-apiserver", f"--etcd-servers={_ETCD}"),
            *(f"--bind-address={network.ADDRESS}", f"--advertise-address={network.ADDRESS}"),
            f"--service-cluster-ip-range={network.SERVICES}",
            *(f"--tls-cert-file={server.certificate}", f"--tls-private-key-file={server.key}"),
            f"--client-ca-file={authority.certificate}",
            "--authorization-mode=Node,RBAC",
            # Pod Security refuses privileged pods where a namespace says so, not this switch.
            "--allow-privileged",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-key-file={authority.service_accounts}",
            f"--service-account-signing-key-file={authority.service_accounts}",
            f"--kubelet-client-certificate={to_kubelet.certificate}",
            f"--kubelet-client-key={to_kubelet.key}",
            # Else `kubectl logs` resolves the node's name, which no server knows.
            "--kubelet-preferred-address-types=InternalIP",
        ),
        ready=lambda: answers(f"{network.API_SERVER}/readyz"),
    )
