"""Nodes without a machine, for tests of scale: kwok says that their pods run, and deletes them.

They are tainted: only pods that tolerate TAINT land there. A pod runs until the test writes into
its status how it ended, as a kubelet would. kwok is compiled when fake nodes are first asked for;
it is one more daemon of the native cluster and goes down with it.
"""

from __future__ import annotations

import json
from pathlib import Path

from cluster import network
from cluster.build import compiled
from cluster.daemon import Daemon, running, start
from cluster.folders import Folders
from cluster.probe import answers
from cluster.shell import run
from cluster.versions import KWOK, KWOK_MODULE

TAINT = "kwok.x-k8s.io/node"
_FAKE = {TAINT: "fake"}
_SERVER = f"{network.ADDRESS}:10247"
_STAGES = ("node/fast", "node/heartbeat-with-lease", "pod/fast")
# The latter ends the pods of Jobs as soon as they run.
_NO_STAGES = ("kustomization.yaml", "pod-complete.yaml")


def add(count: int, kubectl: tuple[str | Path, ...], folders: Folders) -> None:
    """Make fake nodes `fake-0`, `fake-1`, ... exist in a native cluster that is up.

    Raises:
        ClusterError: kwok does not compile or start, or there is no cluster.
    """
    if running("kwok", folders) is None:
        start(_kwok(folders), folders)
    nodes = {"apiVersion": "v1", "kind": "List", "items": [_node(n) for n in range(count)]}
    run(*kubectl, "apply", "--filename=-", stdin=json.dumps(nodes))
    run(*kubectl, "wait", "--for=condition=Ready", "--timeout=120s", "nodes", f"--selector={TAINT}")


def _kwok(folders: Folders) -> Daemon:
    command = compiled(KWOK, folders) / "kwok"
    return Daemon(
        "kwok",
        (
            *(command, f"--kubeconfig={folders.kubeconfig}", f"--server-address={_SERVER}"),
            f"--manage-nodes-with-annotation-selector={TAINT}=fake",
            "--node-lease-duration-seconds=40",
            *(f"--config={stage}" for stage in _stages()),
        ),
        ready=lambda: answers(f"http://{_SERVER}/healthz"),
    )


def _stages() -> list[Path]:
    """Return the files, in kwok's own module, that say how nodes and pods behave."""
    module = f"{KWOK_MODULE}@{KWOK.version}"
    found = json.loads(run("go", "mod", "download", "-json", module, folder=Path("/")))
    folder = Path(found["Dir"]) / "kustomize" / "stage"
    files = [file for stage in _STAGES for file in sorted((folder / stage).glob("*.yaml"))]
    return [file for file in files if file.name not in _NO_STAGES]


def _node(number: int) -> dict[str, object]:
    capacity = {"cpu": "32", "memory": "256Gi", "pods": "110"}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": f"fake-{number}", "labels": _FAKE, "annotations": _FAKE},
        "spec": {"taints": [{"key": TAINT, "value": "fake", "effect": "NoSchedule"}]},
        "status": {"capacity": capacity, "allocatable": capacity},
    }
