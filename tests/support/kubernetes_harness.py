"""The executors' harness for Kubernetes: the suite's workers are pods that share its folder."""

from __future__ import annotations

import math
import uuid
from pathlib import Path
from typing import Any

from crosstrial.domain.batch import Batch
from crosstrial.executor.kubernetes.api import Api, RefusedError
from crosstrial.executor.kubernetes.connect import connect
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from crosstrial.executor.kubernetes.job import job_manifest
from crosstrial.executor.kubernetes.requests import Request
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from support.arena import wait_for
from support.executors import GRACE_SECONDS, stop_all
from support.fake_worker import SCRATCH

Json = dict[str, Any]

WORKER = "from support.fake_worker import *\nblame(None)\n"


class KubernetesHarness:
    """A namespace of its own, and in it workers that share a folder with the test."""

    def __init__(self, scratch: Path, *, kubeconfig: Path, image: str) -> None:
        """Use an image that has `fake_worker` and is on the node, as the folder is."""
        self._kubeconfig = kubeconfig
        self._image = image
        self._scratch = scratch
        self._namespace = f"test-{uuid.uuid4().hex[:8]}"
        self._executors: list[KubernetesExecutor] = []
        # The worker's user is none of this machine's.
        scratch.chmod(0o777)
        self._make_namespace()

    def executor(self, worker: str, *, grace_seconds: float = GRACE_SECONDS) -> KubernetesExecutor:
        settings = KubernetesSettings(
            namespace=self._namespace,
            image=self._image,
            pull_policy="Never",
            command=("python", "-c", WORKER + worker),
            grace_seconds=math.ceil(grace_seconds),
        )
        made = KubernetesExecutor(self._api(), settings, manifest=self._manifest)
        self._executors.append(made)
        return made

    def close(self) -> None:
        for executor in self._executors:
            if executor is self._executors[-1]:
                stop_all(executor)
            executor.close()
        path = f"/api/v1/namespaces/{self._namespace}"
        self._api().send(Request("delete the namespace", "DELETE", path))

    def _api(self) -> Api:
        return connect(kubeconfig=str(self._kubeconfig))

    def _make_namespace(self) -> None:
        api, path = self._api(), f"/api/v1/namespaces/{self._namespace}"
        body = {"metadata": {"name": self._namespace}}
        api.send(Request("make a namespace", "POST", "/api/v1/namespaces", body=body))
        secret = {
            "metadata": {"name": "crosstrial-worker"},
            "stringData": {"uri": "mongodb://none"},
        }
        api.send(Request("make a Secret", "POST", f"{path}/secrets", body=secret))

        def has_account() -> bool:
            try:
                api.send(Request("read", "GET", f"{path}/serviceaccounts/default"))
            except RefusedError:
                return False
            return True

        wait_for(has_account, "the namespace has its service account")

    def _manifest(self, batch: Batch, settings: KubernetesSettings) -> Json:
        job = job_manifest(batch, settings)
        pod = job["spec"]["template"]["spec"]
        container = pod["containers"][0]
        pod["volumes"].append({"name": "scratch", "hostPath": {"path": str(self._scratch)}})
        container["volumeMounts"].append({"name": "scratch", "mountPath": "/scratch"})
        container["env"].append({"name": SCRATCH, "value": "/scratch"})
        # Else the worker is process 1, which no signal of its own can end.
        pod["shareProcessNamespace"] = True
        return job
