"""Volumes for claims, where nothing provisions them: folders of the node, in the state folder.

A claim that asks for no class gets one, as in kind and minikube; what is in it outlives the pod.
A volume is claimed once: a new claim takes the next one.
"""

from __future__ import annotations

import json
from pathlib import Path

from cluster import node
from cluster.folders import Folders
from cluster.shell import run

_COUNT = 10
_CLASS = "standard"


def add(kubectl: tuple[str | Path, ...], folders: Folders) -> None:
    """Make the volumes of a native cluster that is up.

    Raises:
        ClusterError: the API server does not take them.
    """
    paths = [folders.state / "volumes" / str(number) for number in range(_COUNT)]
    for path in paths:
        path.mkdir(parents=True)
    items = [_storage_class(), *(_volume(path) for path in paths)]
    listed = {"apiVersion": "v1", "kind": "List", "items": items}
    run(*kubectl, "apply", "--filename=-", stdin=json.dumps(listed))


def _storage_class() -> dict[str, object]:
    default = {"storageclass.kubernetes.io/is-default-class": "true"}
    return {
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": _CLASS, "annotations": default},
        "provisioner": "kubernetes.io/no-provisioner",
        "volumeBindingMode": "WaitForFirstConsumer",
    }


def _volume(path: Path) -> dict[str, object]:
    """Return a volume of the kind `local`: unlike hostPath, it gets the group of its pod."""
    here = {"key": "kubernetes.io/hostname", "operator": "In", "values": [node.NAME]}
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolume",
        "metadata": {"name": f"folder-{path.name}"},
        "spec": {
            "capacity": {"storage": "10Gi"},
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": _CLASS,
            "local": {"path": str(path)},
            "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [here]}]}},
        },
    }
