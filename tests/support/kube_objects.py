"""Jobs and pods as an API server tells them, with statuses seen on Kubernetes 1.36."""

from __future__ import annotations

from typing import Any

from crosstrial.executor.kubernetes.job import job_manifest
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from support.executors import a_batch

Json = dict[str, Any]

SETTINGS = KubernetesSettings(namespace="lab", image="localhost/crosstrial-trial:test")
BATCH = a_batch()
DELETED_AT = "2026-03-04T05:10:00Z"


def a_job(*conditions: Json, suspended: bool = False, deleting: bool = False) -> Json:
    """The Job of `BATCH` as the API server keeps it."""
    job = job_manifest(BATCH, SETTINGS)
    job["metadata"] |= {"uid": "job-uid", "creationTimestamp": "2026-03-04T05:06:07Z"}
    if suspended:
        job["spec"]["suspend"] = True
    if deleting:
        job["metadata"]["deletionTimestamp"] = DELETED_AT
    job["status"] = {"conditions": list(conditions)}
    return job


def failed(message: str = "Job has reached the specified backoff limit") -> Json:
    """The condition of a Job that has failed."""
    return {
        "type": "Failed",
        "status": "True",
        "reason": "BackoffLimitExceeded",
        "message": message,
    }


def a_pod(
    phase: str = "Running",
    *,
    name: str = "crosstrial-0a1b2c3d4e-0-x7k2p",
    state: Json | None = None,
    deleting: bool = False,
    **status: Any,
) -> Json:
    """A pod of `BATCH` in a phase; `state` is its worker container's."""
    template = job_manifest(BATCH, SETTINGS)["spec"]["template"]
    metadata = {
        **template["metadata"],
        "name": name,
        "namespace": SETTINGS.namespace,
        "uid": f"uid-of-{name}",
        "creationTimestamp": "2026-03-04T05:06:08Z",
    }
    if deleting:
        metadata |= {"deletionTimestamp": DELETED_AT, "deletionGracePeriodSeconds": 15}
    statuses = [] if state is None else [{"name": "worker", "state": state}]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": template["spec"],
        "status": {"phase": phase, "containerStatuses": statuses, **status},
    }


def terminated(
    code: int, reason: str = "Error", message: str = "", finished: str | None = None
) -> Json:
    """The state of a container that has ended."""
    told = {"message": message} if message else {}
    told |= {} if finished is None else {"finishedAt": finished}
    return {"terminated": {"exitCode": code, "reason": reason, **told}}


def waiting(reason: str, message: str = "") -> Json:
    """The state of a container that has not started."""
    return {"waiting": {"reason": reason, "message": message}}


def disrupted(reason: str, message: str) -> Json:
    """The conditions of a pod that the cluster ended."""
    return {
        "type": "DisruptionTarget",
        "status": "True",
        "reason": reason,
        "message": message,
    }


def unschedulable(message: str) -> Json:
    """The condition of a pod that fits no node."""
    return {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": message,
    }
