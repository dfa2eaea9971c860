"""What a Job and its pods mean: a table of sights."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Obstacle, Phase
from crosstrial.executor.kubernetes.sight import Sight, ended, living, wants_events
from support.kube_objects import (
    BATCH,
    a_job,
    a_pod,
    disrupted,
    failed,
    terminated,
    unschedulable,
    waiting,
)

OLD = a_pod("Failed", name="old", state=terminated(139))
RUNNING = a_pod("Running", state={"running": {}})
LEAVING = a_pod("Running", state={"running": {}}, deleting=True)
QUOTA = "FailedCreate: pods is forbidden: exceeded quota: tiny"


def sight(**seen: Any) -> Sight:
    return Sight(BATCH.id, **seen)


@pytest.mark.parametrize(
    ("seen", "phase", "obstacle", "told"),
    [
        pytest.param({"job": a_job()}, Phase.PENDING, None, "gets a pod", id="no-pod-yet"),
        pytest.param(
            {"job": a_job(), "waited": 61.0},
            Phase.PENDING,
            Obstacle.POD_REFUSED,
            "no event says why",
            id="no-pod-for-long",
        ),
        pytest.param(
            {"job": a_job(), "waited": 61.0, "warning": QUOTA},
            Phase.PENDING,
            Obstacle.POD_REFUSED,
            "exceeded quota: tiny",
            id="no-pod-and-an-event",
        ),
        pytest.param(
            {"job": a_job(suspended=True), "waited": 9999.0},
            Phase.PENDING,
            Obstacle.QUEUED,
            "suspended",
            id="suspended-is-not-refused",
        ),
        pytest.param(
            {"job": a_job(), "pods": (a_pod("Pending"),)},
            Phase.PENDING,
            None,
            "starting",
            id="starting",
        ),
        pytest.param(
            {
                "job": a_job(),
                "pods": (a_pod("Pending", state=waiting("ContainerCreating")),),
                "waited": 61.0,
                "warning": "FailedMount: no such volume",
            },
            Phase.PENDING,
            Obstacle.NOT_STARTED,
            "FailedMount",
            id="starting-for-long-and-an-event",
        ),
        pytest.param(
            {
                "job": a_job(),
                "pods": (
                    a_pod(
                        "Pending",
                        conditions=[unschedulable("0/3 nodes are available: 3 Insufficient cpu.")],
                    ),
                ),
            },
            Phase.PENDING,
            Obstacle.UNSCHEDULABLE,
            "3 Insufficient cpu",
            id="fits-no-node",
        ),
        *(
            pytest.param(
                {"job": a_job(), "pods": (a_pod("Pending", state=waiting(reason, "why")),)},
                Phase.PENDING,
                Obstacle.IMAGE_ERROR,
                f"{reason}: why",
                id=reason,
            )
            for reason in (
                "ErrImagePull",
                "ImagePullBackOff",
                "InvalidImageName",
                "ErrImageNeverPull",
            )
        ),
        pytest.param(
            {
                "job": a_job(),
                "pods": (
                    a_pod(
                        "Pending",
                        state=waiting("CreateContainerConfigError", 'secret "s" not found'),
                    ),
                ),
            },
            Phase.PENDING,
            Obstacle.NOT_STARTED,
            'secret "s" not found',
            id="no-secret",
        ),
        pytest.param({"job": a_job(), "pods": (RUNNING,)}, Phase.RUNNING, None, "", id="running"),
        pytest.param(
            {"job": a_job(failed()), "pods": (OLD, RUNNING)},
            Phase.RUNNING,
            None,
            "",
            id="one-of-two-pods-runs",
        ),
        pytest.param(
            {"job": a_job(), "pods": (LEAVING,)}, Phase.STOPPING, None, "", id="pod-leaves"
        ),
        pytest.param({"pods": (RUNNING,)}, Phase.STOPPING, None, "", id="job-is-gone"),
        pytest.param(
            {"job": a_job(), "pods": (RUNNING,), "stopping": True},
            Phase.STOPPING,
            None,
            "",
            id="stop-was-asked-for",
        ),
        pytest.param(
            {"job": a_job(deleting=True)}, Phase.STOPPING, None, "", id="job-leaves-without-a-pod"
        ),
        pytest.param(
            {"job": a_job(), "gone": (RUNNING,)},
            Phase.STOPPING,
            None,
            "its pod is gone",
            id="pod-is-gone-and-the-job-has-not-failed-yet",
        ),
    ],
)
def test_what_lives(
    seen: dict[str, Any], phase: Phase, obstacle: Obstacle | None, told: str
) -> None:
    execution = living(sight(**seen))
    assert execution is not None
    assert (execution.phase, execution.obstacle) == (phase, obstacle)
    assert told in execution.message
    assert execution.cause is None


@pytest.mark.parametrize(
    ("seen", "cause", "told"),
    [
        pytest.param(
            {"job": a_job(), "pods": (a_pod("Succeeded", state=terminated(0)),)},
            None,
            "",
            id="done-before-its-job-knows",
        ),
        pytest.param(
            {"job": a_job(failed()), "pods": (OLD,)}, Cause.CRASHED, "SIGSEGV", id="crashed"
        ),
        pytest.param(
            {"job": a_job(failed()), "gone": (OLD,)},
            Cause.CRASHED,
            "SIGSEGV",
            id="crashed-and-its-pod-is-gone",
        ),
        pytest.param(
            {"job": a_job(failed()), "gone": (LEAVING,)},
            Cause.INTERRUPTED,
            "its pod was deleted",
            id="pod-was-deleted-by-hand",
        ),
        pytest.param(
            {"job": a_job(failed("no pod could be made"))},
            Cause.INTERRUPTED,
            "no pod could be made",
            id="job-failed-without-a-pod",
        ),
        pytest.param({}, Cause.INTERRUPTED, "Job and its pod are gone", id="nothing-is-there"),
        pytest.param(
            {"stopping": True}, Cause.INTERRUPTED, "it was stopped", id="stopped-before-the-start"
        ),
        pytest.param(
            {"stopping": True, "gone": (LEAVING,)},
            Cause.INTERRUPTED,
            "it was stopped",
            id="stopped",
        ),
        pytest.param(
            {
                "stopping": True,
                "gone": (a_pod("Failed", state=terminated(137), deleting=True),),
            },
            Cause.INTERRUPTED,
            "it was stopped",
            id="stopped-and-would-not-end",
        ),
        pytest.param(
            {
                "stopping": True,
                "gone": (a_pod("Succeeded", state=terminated(0), deleting=True),),
            },
            None,
            "",
            id="finished-while-it-was-stopped",
        ),
        pytest.param(
            {"job": a_job(suspended=True), "gone": (LEAVING,)},
            Cause.INTERRUPTED,
            "deleted",
            id="taken-back-by-its-queue",
        ),
        pytest.param(
            {
                "job": a_job(),
                "pods": (LEAVING,),
                "abandoned": frozenset({LEAVING["metadata"]["uid"]}),
            },
            Cause.INTERRUPTED,
            "not heard of",
            id="abandoned",
        ),
        pytest.param(
            {
                "job": a_job(failed()),
                "pods": (
                    a_pod(
                        "Failed",
                        state=terminated(143),
                        conditions=[disrupted("EvictionByEvictionAPI", "drain")],
                    ),
                ),
            },
            Cause.INTERRUPTED,
            "EvictionByEvictionAPI",
            id="evicted",
        ),
    ],
)
def test_how_it_ended(seen: dict[str, Any], cause: Cause | None, told: str) -> None:
    assert living(sight(**seen)) is None
    execution = ended(sight(**seen))
    assert execution.phase is Phase.ENDED
    assert execution.cause is cause
    assert told in execution.message


@pytest.mark.parametrize("code", [0, 137])
def test_an_end_tells_when_the_worker_ended_if_it_is_known(code: int) -> None:
    pod = a_pod("Failed", state=terminated(code, finished="2026-03-04T05:07:00Z"))
    finished = ended(sight(job=a_job(failed()), pods=(pod,))).finished
    assert finished == datetime(2026, 3, 4, 5, 7, tzinfo=UTC)
    assert ended(sight(job=a_job(failed()), pods=(OLD,))).finished is None


def test_an_end_names_the_pod_that_ended() -> None:
    assert ended(sight(job=a_job(failed()), pods=(OLD,))).pod == OLD["metadata"]["uid"]


@pytest.mark.parametrize(
    ("seen", "wanted"),
    [
        pytest.param({"job": a_job(), "waited": 61.0}, True, id="no-pod"),
        pytest.param({"job": a_job(), "waited": 59.0}, False, id="no-pod-yet"),
        pytest.param({"job": a_job(suspended=True), "waited": 61.0}, False, id="suspended"),
        pytest.param({"job": a_job(), "pods": (RUNNING,), "waited": 61.0}, False, id="running"),
        pytest.param(
            {"job": a_job(), "pods": (a_pod("Pending"),), "waited": 61.0}, True, id="starting"
        ),
        pytest.param(
            {
                "job": a_job(),
                "pods": (a_pod("Pending", state=waiting("ErrImagePull")),),
                "waited": 61.0,
            },
            False,
            id="its-status-says-why",
        ),
    ],
)
def test_events_are_read_where_nothing_else_tells(seen: dict[str, Any], wanted: bool) -> None:
    assert wants_events(sight(**seen)) is wanted
