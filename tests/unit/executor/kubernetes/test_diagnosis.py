"""Why a pod has ended: a table of statuses, most of them seen on a cluster."""

from __future__ import annotations

import re
from typing import Any

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import slot_text
from crosstrial.executor.kubernetes.diagnosis import end_of
from support.kube_objects import a_pod, disrupted, terminated, waiting

Json = dict[str, Any]

SLOTS = (slot_text(7) + slot_text(None) + slot_text(3)).decode()
NODE_LOST = "Taint manager: deleting due to NoExecute taint"


def ended(code: int, reason: str = "Error", message: str = SLOTS, **more: Any) -> Json:
    return a_pod("Failed", state=terminated(code, reason, message), **more)


@pytest.mark.parametrize(
    ("pod", "cause", "told"),
    [
        pytest.param(
            a_pod("Succeeded", state=terminated(0, "Completed")), None, "", id="succeeded"
        ),
        pytest.param(a_pod("Succeeded"), None, "", id="succeeded-without-a-container"),
        pytest.param(
            # Control groups of version 1 kill one process; the worker went on and finished.
            a_pod("Succeeded", state=terminated(0, "OOMKilled")),
            None,
            "",
            id="a-child-outgrew-memory-and-all-was-done",
        ),
        pytest.param(
            a_pod("Succeeded", state=terminated(0, "Completed"), deleting=True),
            None,
            "",
            id="finished-while-it-was-deleted",
        ),
        pytest.param(
            ended(137, "OOMKilled"), Cause.OUT_OF_MEMORY, "outgrew its memory", id="out-of-memory"
        ),
        pytest.param(
            ended(1, "OOMKilled"),
            Cause.WORKER_ERROR,
            "the end of its log says why",
            id="a-child-outgrew-memory-and-the-worker-failed",
        ),
        pytest.param(ended(137), Cause.CRASHED, "SIGKILL", id="killed"),
        pytest.param(ended(139), Cause.CRASHED, "SIGSEGV", id="segmentation-fault"),
        pytest.param(ended(134), Cause.CRASHED, "SIGABRT", id="aborted"),
        pytest.param(ended(1), Cause.WORKER_ERROR, "the worker failed", id="error"),
        pytest.param(ended(3), Cause.WORKER_ERROR, "exit code 3", id="unknown-code"),
        pytest.param(ended(69), Cause.STORE_UNREACHABLE, "store", id="store"),
        pytest.param(ended(75), Cause.INTERRUPTED, "another worker", id="taken"),
        pytest.param(ended(143), Cause.INTERRUPTED, "asked to end", id="terminated"),
        pytest.param(
            a_pod(
                "Failed",
                state=terminated(143, message=SLOTS),
                reason="DeadlineExceeded",
                message="Pod was active on the node longer than the specified deadline",
            ),
            Cause.INTERRUPTED,
            "it reached its deadline",
            id="deadline",
        ),
        pytest.param(
            a_pod("Failed", state=terminated(137), reason="DeadlineExceeded"),
            Cause.INTERRUPTED,
            "it reached its deadline",
            id="deadline-and-it-did-not-end",
        ),
        pytest.param(
            a_pod(
                "Failed",
                state=terminated(137, message=SLOTS),
                reason="Evicted",
                message="The node was low on resource: memory.",
                conditions=[disrupted("TerminationByKubelet", "The node was low on resource")],
            ),
            Cause.INTERRUPTED,
            "TerminationByKubelet: The node was low on resource",
            id="evicted-by-the-kubelet",
        ),
        pytest.param(
            a_pod(
                "Failed",
                reason="Evicted",
                message='Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".',
            ),
            Cause.INTERRUPTED,
            'Evicted: Usage of EmptyDir volume "tmp" exceeds',
            id="evicted-for-its-files",
        ),
        pytest.param(
            a_pod(
                "Failed",
                state=terminated(137, "OOMKilled"),
                reason="Evicted",
                message="The node was low on resource: memory.",
            ),
            Cause.INTERRUPTED,
            "low on resource",
            id="evicted-and-killed-for-memory",
        ),
        pytest.param(
            ended(
                143,
                deleting=True,
                conditions=[disrupted("EvictionByEvictionAPI", "Eviction API: evicting")],
            ),
            Cause.INTERRUPTED,
            "EvictionByEvictionAPI",
            id="drained",
        ),
        pytest.param(
            ended(
                137,
                deleting=True,
                conditions=[disrupted("PreemptionByScheduler", "preempting to accommodate")],
            ),
            Cause.INTERRUPTED,
            "PreemptionByScheduler: preempting to accommodate",
            id="preempted",
        ),
        pytest.param(
            a_pod(
                "Running",
                state={"running": {}},
                deleting=True,
                conditions=[disrupted("DeletionByTaintManager", NODE_LOST)],
            ),
            Cause.INTERRUPTED,
            "DeletionByTaintManager",
            id="node-lost",
        ),
        pytest.param(
            a_pod(
                "Failed",
                state={"running": {}},
                conditions=[disrupted("DeletionByPodGC", "PodGC: node no longer exists")],
            ),
            Cause.INTERRUPTED,
            "node no longer exists",
            id="node-removed",
        ),
        pytest.param(
            a_pod("Failed", state={"running": {}}, reason="NodeLost"),
            Cause.INTERRUPTED,
            "NodeLost",
            id="node-lost-as-older-clusters-say-it",
        ),
        pytest.param(
            a_pod(
                "Failed",
                state=terminated(143),
                reason="Terminated",
                message="Pod was terminated in response to imminent node shutdown.",
            ),
            Cause.INTERRUPTED,
            "imminent node shutdown",
            id="node-shut-down",
        ),
        pytest.param(
            ended(137, "ContainerStatusUnknown", "The container could not be located"),
            Cause.INTERRUPTED,
            "lost track",
            id="node-restarted",
        ),
        pytest.param(
            ended(255, "Unknown", ""), Cause.INTERRUPTED, "lost track", id="runtime-restarted"
        ),
        pytest.param(
            ended(143, deleting=True), Cause.INTERRUPTED, "asked to end|deleted", id="deleted"
        ),
        pytest.param(
            ended(137, deleting=True),
            Cause.INTERRUPTED,
            "its pod was deleted",
            id="deleted-and-did-not-end",
        ),
        pytest.param(
            a_pod("Running", state={"running": {}}, deleting=True),
            Cause.INTERRUPTED,
            "its pod was deleted",
            id="deleted-and-gone",
        ),
        pytest.param(
            a_pod("Running", state={"running": {}}),
            Cause.INTERRUPTED,
            "nothing tells why",
            id="gone-without-a-word",
        ),
        pytest.param(
            a_pod("Failed", reason="OutOfcpu", message="Node didn't have enough resource: cpu"),
            Cause.UNSCHEDULABLE,
            "OutOfcpu: Node didn't have enough",
            id="no-room-on-its-node",
        ),
        pytest.param(
            a_pod("Failed", reason="UnexpectedAdmissionError", message="devices are gone"),
            Cause.UNSCHEDULABLE,
            "devices are gone",
            id="not-admitted-by-its-node",
        ),
        pytest.param(
            a_pod(
                "Failed",
                state=waiting("ImagePullBackOff", 'Back-off pulling image "nobody/has:this"'),
                reason="DeadlineExceeded",
            ),
            Cause.IMAGE_ERROR,
            'Back-off pulling image "nobody/has:this"',
            id="no-image-until-the-deadline",
        ),
        pytest.param(
            a_pod(
                "Failed",
                state=waiting("CreateContainerConfigError", 'secret "crosstrial-worker" not found'),
                reason="DeadlineExceeded",
            ),
            Cause.IMAGE_ERROR,
            'secret "crosstrial-worker" not found',
            id="no-secret-until-the-deadline",
        ),
        pytest.param(
            a_pod("Pending", state=waiting("ErrImagePull", "not found"), deleting=True),
            Cause.INTERRUPTED,
            "its pod was deleted",
            id="deleted-while-it-waited-for-its-image",
        ),
        pytest.param(
            ended(128, "StartError", 'exec: "python3": executable file 17 not found'),
            Cause.IMAGE_ERROR,
            "cannot start.*executable file",
            id="an-image-without-a-worker",
        ),
    ],
)
def test_the_status_tells_the_cause(pod: Json, cause: Cause | None, told: str) -> None:
    end = end_of(pod).end
    assert end.cause is cause
    assert "\n" not in end.message
    if cause is None:
        assert end.message == ""
    else:
        assert re.search(told, end.message)


@pytest.mark.parametrize(
    ("message", "named"),
    [
        pytest.param(SLOTS, (3, 7), id="slots"),
        pytest.param(slot_text(None).decode(), (), id="idle"),
        pytest.param("", None, id="no-evidence"),
        pytest.param("�" * 16 + slot_text(5).decode(), (5,), id="invalid-utf-8"),
        pytest.param(
            # The kubelet keeps the last bytes only, and may cut a slot.
            slot_text(1234567890).decode()[9:] + slot_text(8).decode(),
            (8, 567890),
            id="cut",
        ),
    ],
)
def test_the_slots_name_what_ran(message: str, named: tuple[int, ...] | None) -> None:
    assert end_of(ended(139, message=message)).named == named


@pytest.mark.parametrize(("code", "reason"), [(128, "StartError"), (137, "ContainerStatusUnknown")])
def test_a_message_of_the_cluster_names_nothing(code: int, reason: str) -> None:
    assert end_of(ended(code, reason, "container 17 of 42 was lost")).named is None


def test_a_sidecar_tells_nothing() -> None:
    pod = ended(1)
    sidecar = {"name": "proxy", "state": terminated(0, "Completed")}
    pod["status"]["containerStatuses"].insert(0, sidecar)
    assert end_of(pod).end.cause is Cause.WORKER_ERROR
