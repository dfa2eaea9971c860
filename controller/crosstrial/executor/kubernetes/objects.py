"""Kubernetes objects as they arrive, plain JSON, and the few questions that are asked of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

WORKER = "worker"  # the container that runs a batch
INSTANCE_LABEL = "app.kubernetes.io/instance"
COMPONENT_LABEL = "app.kubernetes.io/component"
COMPONENT = "trial"
EXPERIMENT_LABEL = "crosstrial.dev/experiment"
UID_LABEL = "crosstrial.dev/experiment-uid"
BATCH_LABEL = "crosstrial.dev/batch"
BATCH_ANNOTATION = "crosstrial.dev/batch"
QUEUE_LABEL = "kueue.x-k8s.io/queue-name"


def name_of(thing: Json) -> str:
    """Return the name, unique in its namespace while it exists."""
    name: str = thing["metadata"]["name"]
    return name


def uid_of(thing: Json) -> str:
    """Return the uid, unique for ever."""
    uid: str = thing["metadata"]["uid"]
    return uid


def created(thing: Json) -> str:
    """Return when it was made, as text that sorts."""
    return thing["metadata"].get("creationTimestamp") or ""


def batch_of(thing: Json) -> str | None:
    """Return the batch that a Job or pod belongs to, by its label."""
    labels = thing["metadata"].get("labels") or {}
    return labels.get(BATCH_LABEL)


def is_deleting(thing: Json) -> bool:
    """Whether its deletion was asked for."""
    return thing["metadata"].get("deletionTimestamp") is not None


def deletion_grace(pod: Json) -> float:
    """Return the seconds that a pod which is being deleted was given to end."""
    return float(pod["metadata"].get("deletionGracePeriodSeconds") or 0)


def phase_of(pod: Json) -> str:
    """Return a pod's phase."""
    phase: str = _status(pod).get("phase") or "Pending"
    return phase


def is_terminal(pod: Json) -> bool:
    """Whether every container of a pod has ended, for ever."""
    return phase_of(pod) in ("Succeeded", "Failed")


def status_text(thing: Json, key: str) -> str:
    """Return a text of the status, such as its reason; empty when it says nothing."""
    return _status(thing).get(key) or ""


def condition(thing: Json, kind: str) -> Json | None:
    """Return a condition of a type, whatever it says."""
    conditions: list[Json] = _status(thing).get("conditions") or []
    return next((one for one in conditions if one.get("type") == kind), None)


def holds(thing: Json, kind: str) -> bool:
    """Whether a condition of a type is true."""
    found = condition(thing, kind)
    return found is not None and found.get("status") == "True"


def has_finished(job: Json) -> bool:
    """Whether a Job makes no pod any more."""
    return holds(job, "Failed") or holds(job, "Complete")


def is_suspended(job: Json) -> bool:
    """Whether a Job waits to be admitted, by a queue or by hand."""
    return bool(job["spec"].get("suspend"))


def worker_state(pod: Json, state: str) -> Json | None:
    """Return the worker container's `waiting`, `running` or `terminated`, if it is in it."""
    statuses: list[Json] = _status(pod).get("containerStatuses") or []
    worker = next((one for one in statuses if one.get("name") == WORKER), None)
    found: Json | None = None if worker is None else (worker.get("state") or {}).get(state)
    return found


def worker_finished(pod: Json) -> datetime | None:
    """Return when the worker container ended; None when it has not, or nobody knows."""
    told = (worker_state(pod, "terminated") or {}).get("finishedAt")
    return datetime.fromisoformat(told) if told else None


def one_line(*parts: str) -> str:
    """Return texts of the cluster as one line: what is empty is left out."""
    return ": ".join(" ".join(part.split()) for part in parts if part.strip())


def _status(thing: Json) -> Json:
    status: Json = thing.get("status") or {}
    return status
