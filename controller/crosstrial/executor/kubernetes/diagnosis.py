"""Diagnosis: why a pod has ended, from its last status. Pure.

Neighbours: `executor.diagnosis` knows what an exit code means; here is what Kubernetes tells
beside it. `sight` asks this of the pod of an ended batch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import named_positions
from crosstrial.executor.diagnosis import KILLED, End, diagnose
from crosstrial.executor.kubernetes.objects import (
    Json,
    condition,
    holds,
    is_deleting,
    is_terminal,
    one_line,
    phase_of,
    status_text,
    worker_state,
)

# The kubelet would have had to start the pod, and found no room or no right to.
NO_ROOM = ("OutOf", "NodeAffinity", "NodePorts", "UnexpectedAdmissionError", "PreemptionFailed")
# The runtime could make nothing of the image, or of what it was told to start.
CANNOT_START = frozenset({"StartError", "ContainerCannotRun"})
# The node was gone or was restarted: the exit code beside it is made up.
LOST_TRACK = frozenset({"ContainerStatusUnknown", "Unknown"})
IMAGE_TROUBLE = frozenset(
    {
        "ErrImagePull",
        "ImagePullBackOff",
        "ErrImageNeverPull",
        "ImageInspectError",
        "InvalidImageName",
        "RegistryUnavailable",
        "SignatureValidationFailed",
    }
)
ORDINARY_WAITING = frozenset({"", "ContainerCreating", "PodInitializing"})


@dataclass(frozen=True)
class PodEnd:
    """Why a pod ended early, and the manifest positions that its slots name."""

    end: End
    named: tuple[int, ...] | None = None


def end_of(pod: Json) -> PodEnd:
    """Return why a pod has ended, or is no more, from its last status."""
    terminated = worker_state(pod, "terminated")
    if terminated is None:
        return PodEnd(_without_container(pod))
    reason, code = terminated.get("reason") or "", int(terminated.get("exitCode") or 0)
    told = terminated.get("message") or ""
    if reason in CANNOT_START:
        return PodEnd(End(Cause.IMAGE_ERROR, one_line("its container cannot start", told)))
    asked = _asked(pod, reason)
    killed_for_memory = reason == "OOMKilled" and code == KILLED and not asked
    out_of_memory = "its container outgrew its memory and was killed" if killed_for_memory else ""
    # Of a container that is lost the kubelet tells a message of its own.
    named = None if reason in LOST_TRACK else _named(told)
    return PodEnd(diagnose(code, out_of_memory=out_of_memory, asked=asked), named)


def _without_container(pod: Json) -> End:
    """Return why a pod has ended whose worker did not run, or was not seen to end."""
    if phase_of(pod) == "Succeeded":
        return End(None)
    reason, told = status_text(pod, "reason"), status_text(pod, "message")
    if reason.startswith(NO_ROOM):
        return End(Cause.UNSCHEDULABLE, one_line("its node did not take it", reason, told))
    waiting = worker_state(pod, "waiting") or {}
    held_by = waiting.get("reason") or ""
    # Asked to end while it waited, it was interrupted; that it ended by itself the image did.
    if held_by not in ORDINARY_WAITING and is_terminal(pod) and not is_deleting(pod):
        return End(Cause.IMAGE_ERROR, one_line(held_by, waiting.get("message") or ""))
    return End(Cause.INTERRUPTED, _asked(pod, "") or "its pod is gone, and nothing tells why")


def _asked(pod: Json, reason: str) -> str:
    """Return why the cluster ended a pod, or somebody had it ended; empty when nobody did."""
    if reason in LOST_TRACK:
        return f"its node lost track of its container ({reason})"
    if status_text(pod, "reason") == "DeadlineExceeded":
        return "it reached its deadline"
    if holds(pod, "DisruptionTarget"):
        disruption = condition(pod, "DisruptionTarget") or {}
        told = disruption.get("message") or ""
        return one_line("the cluster ended it", disruption.get("reason") or "", told)
    if status_text(pod, "reason"):
        why = one_line(status_text(pod, "reason"), status_text(pod, "message"))
        return one_line("the cluster ended it", why)
    return "its pod was deleted" if is_deleting(pod) else ""


def _named(told: str) -> tuple[int, ...] | None:
    """Return the positions in the slots; a worker that wrote none has left no evidence."""
    return named_positions(told.encode("ascii", errors="replace")) if told else None


def because(pod_end: PodEnd, why: str) -> PodEnd:
    """Return the same end with what is known better of why it was interrupted."""
    if pod_end.end.cause is not Cause.INTERRUPTED:
        return pod_end
    return replace(pod_end, end=End(Cause.INTERRUPTED, why))
