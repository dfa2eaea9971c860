"""The Job of a batch: an idempotent projection of the batch's document.

Any lost pod fails the Job, only crosstrial retries: no second pod, no podFailurePolicy (what it
ignores is replaced by the Job itself), no deadline of the Job (it would delete the pod and its
evidence; the pod's own keeps both). The pod is `restricted` by Pod Security.
"""

from __future__ import annotations

import math
from typing import Any

from crosstrial.domain import worker_exit
from crosstrial.domain.batch import Batch
from crosstrial.executor.kubernetes.objects import (
    BATCH_ANNOTATION,
    BATCH_LABEL,
    COMPONENT,
    COMPONENT_LABEL,
    EXPERIMENT_LABEL,
    INSTANCE_LABEL,
    QUEUE_LABEL,
    UID_LABEL,
    WORKER,
    Json,
)
from crosstrial.executor.kubernetes.settings import KubernetesSettings

# A safety net: the Jobs of settled batches are deleted long before.
KEPT_SECONDS = 86_400
CACHE_FOLDER = "/cache"
TEMPORARY_FOLDER = "/tmp"  # noqa: S108 an emptyDir of the pod's own
TERMINATION_LOG = "/dev/termination-log"


def job_name(batch_id: str) -> str:
    """Return the name of a batch's Job."""
    return f"crosstrial-{batch_id}"


def job_manifest(batch: Batch, settings: KubernetesSettings) -> Json:
    """Return the Job to create for a batch."""
    labels, annotations = _labels(batch, settings), {BATCH_ANNOTATION: batch.id}
    queue = batch.pod.queue
    spec: Json = {
        "parallelism": 1,
        "completions": 1,
        "backoffLimit": 0,
        "ttlSecondsAfterFinished": KEPT_SECONDS,
        "template": {
            "metadata": {"labels": labels, "annotations": annotations},
            "spec": _pod(batch, settings),
        },
    }
    if queue is not None:
        spec["suspend"] = True  # the queue admits it
    return {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {
            "name": job_name(batch.id),
            "namespace": settings.namespace,
            "labels": labels if queue is None else {**labels, QUEUE_LABEL: queue},
            "annotations": annotations,
        },
        "spec": spec,
    }


def _labels(batch: Batch, settings: KubernetesSettings) -> dict[str, str]:
    return {
        "app.kubernetes.io/name": "crosstrial",
        "app.kubernetes.io/managed-by": "crosstrial",
        COMPONENT_LABEL: COMPONENT,
        INSTANCE_LABEL: settings.instance,
        EXPERIMENT_LABEL: batch.experiment,
        UID_LABEL: batch.uid,
        BATCH_LABEL: batch.id,
    }


def _pod(batch: Batch, settings: KubernetesSettings) -> Json:
    spec: Json = {
        "restartPolicy": "Never",
        "activeDeadlineSeconds": math.ceil(batch.deadline_seconds),
        "terminationGracePeriodSeconds": settings.grace_seconds,
        "serviceAccountName": settings.service_account,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": settings.user,
            "runAsGroup": settings.user,
            "fsGroup": settings.user,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": [_container(batch, settings)],
        "volumes": [
            {"name": "cache", "emptyDir": {"sizeLimit": str(settings.cache_bytes)}},
            {"name": "tmp", "emptyDir": {"sizeLimit": str(settings.temporary_bytes)}},
        ],
    }
    return spec | _placement(batch)


def _placement(batch: Batch) -> Json:
    """Return what the experiment's document says about where its pods go."""
    pod = batch.pod
    wanted: dict[str, Any] = {
        "nodeSelector": dict(pod.node_selector),
        "tolerations": [dict(toleration) for toleration in pod.tolerations],
        "priorityClassName": pod.priority_class_name,
    }
    return {key: value for key, value in wanted.items() if value}


def _container(batch: Batch, settings: KubernetesSettings) -> Json:
    resources = {"cpu": f"{math.ceil(batch.cpu * 1000)}m", "memory": str(batch.memory)}
    container: Json = {
        "name": WORKER,
        "image": _image(batch, settings),
        "imagePullPolicy": settings.pull_policy,
        "env": _environment(batch, settings),
        "resources": {"requests": resources, "limits": resources},
        "terminationMessagePath": TERMINATION_LOG,
        "terminationMessagePolicy": "File",
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [
            {"name": "cache", "mountPath": CACHE_FOLDER},
            {"name": "tmp", "mountPath": TEMPORARY_FOLDER},
        ],
    }
    if settings.command:
        container["command"] = list(settings.command)
    return container


def _image(batch: Batch, settings: KubernetesSettings) -> str:
    return batch.pod.image or settings.image


def _environment(batch: Batch, settings: KubernetesSettings) -> list[Json]:
    secret = {"name": settings.store_secret, "key": settings.store_secret_key}
    values = {
        worker_exit.BATCH: batch.id,
        worker_exit.IMAGE: _image(batch, settings),
        worker_exit.TERMINATION_LOG: TERMINATION_LOG,
        worker_exit.CACHE: CACHE_FOLDER,
        worker_exit.ESTIMATOR_MODULES: settings.estimator_modules,
        worker_exit.COMMANDS: settings.commands,
        # The root is read-only: what libraries keep in the home goes where there is room.
        "HOME": TEMPORARY_FOLDER,
        # So that the log of a worker that was killed ends where it ended.
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
    }
    return [
        {"name": worker_exit.STORE, "valueFrom": {"secretKeyRef": secret}},
        {"name": worker_exit.POD_UID, "valueFrom": _field("metadata.uid")},
        {"name": worker_exit.NODE, "valueFrom": _field("spec.nodeName")},
        *({"name": name, "value": value} for name, value in values.items()),
    ]


def _field(path: str) -> Json:
    return {"fieldRef": {"fieldPath": path}}
