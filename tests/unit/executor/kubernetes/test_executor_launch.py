"""Launching: again, by the next controller, and against obstacles."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from crosstrial.domain.execution import Obstacle, Phase
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from crosstrial.executor.protocol import TemporaryExecutorError
from support.executors import a_batch
from support.fake_api_server import FakeApiServer
from support.kube_executor import (
    CRASHED,
    JOB,
    POD,
    RUNNING,
    Clock,
    in_phase,
    metadata_of_job,
    see,
    start,
)
from support.kube_objects import BATCH, SETTINGS, a_job, a_pod, waiting

Make = Callable[[], KubernetesExecutor]


def test_to_launch_again_makes_nothing_new(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    executor.launch(BATCH)
    executor.launch(BATCH)
    assert len(server.all("jobs")) == 1


def test_the_next_controller_adopts(make: Make, server: FakeApiServer) -> None:
    first = make()
    start(first, server)
    first.close()
    second = make()
    second.launch(BATCH)
    assert second.executions()[BATCH.id].phase is Phase.RUNNING
    assert len(server.all("jobs")) == 1


def test_the_next_controller_sees_the_same_end(make: Make, server: FakeApiServer) -> None:
    first = make()
    start(first, server)
    server.logs[POD] = "last words"
    server.put("pods", CRASHED)
    ended = in_phase(first, Phase.ENDED)
    assert make().executions() == {BATCH.id: ended}


def test_controllers_that_launch_at_once_make_one_job(make: Make, server: FakeApiServer) -> None:
    executors = [make() for _ in range(4)]
    threads = [threading.Thread(target=one.launch, args=(BATCH,)) for one in executors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.all("jobs")) == 1
    assert all(BATCH.id in one.executions() for one in executors)


def test_a_launch_whose_answer_was_lost_is_no_conflict(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    server.create("jobs", a_job())
    server.fail("POST", "/jobs", 504)
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].obstacle is None


def test_an_old_job_that_is_being_deleted_is_waited_for(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    # Not in view: the label that the watch selects by is missing.
    leaving = a_job(deleting=True)
    leaving["metadata"]["labels"] = {"app.kubernetes.io/instance": SETTINGS.instance}
    server.put("jobs", leaving)
    with pytest.raises(TemporaryExecutorError, match="being deleted"):
        executor.launch(BATCH)
    server.drop("jobs", JOB)
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].phase is Phase.PENDING


def test_a_name_that_is_taken_is_an_obstacle_of_one_batch(
    executor: KubernetesExecutor, server: FakeApiServer, clock: Clock
) -> None:
    server.put("jobs", {"metadata": {"name": JOB, "uid": "foreign"}, "spec": {}})
    with pytest.raises(TemporaryExecutorError, match="not this batch's"):
        executor.launch(BATCH)
    executor.launch(a_batch(1))
    seen = executor.executions()
    assert seen[BATCH.id].obstacle is Obstacle.JOB_NAME_TAKEN
    assert seen[BATCH.id].phase is Phase.PENDING
    assert seen[a_batch(1).id].obstacle is None
    server.drop("jobs", JOB)
    clock.now += 16
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].obstacle is None


def test_a_refused_job_is_asked_for_again_now_and_then(
    executor: KubernetesExecutor, server: FakeApiServer, clock: Clock
) -> None:
    server.fail("POST", "/jobs", 403, message="exceeded quota: tiny, requested: count/jobs=1")
    for _ in range(5):
        with pytest.raises(TemporaryExecutorError, match="exceeded quota: tiny"):
            executor.launch(BATCH)
    seen = executor.executions()[BATCH.id]
    assert seen.obstacle is Obstacle.JOB_REFUSED
    assert "exceeded quota: tiny" in seen.message
    assert server.count("POST", "/jobs") == 1
    clock.now += 16
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].obstacle is None


def test_a_refused_job_that_is_stopped_is_wanted_no_more(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    server.fail("POST", "/jobs", 422, message="spec.template.spec.tolerations[0]: invalid")
    with pytest.raises(TemporaryExecutorError):
        executor.launch(BATCH)
    executor.stop(BATCH.id)
    assert executor.executions() == {}


def test_an_outage_is_no_obstacle(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    executor.executions()
    server.fail("POST", "/jobs", 503, times=1000)
    with pytest.raises(TemporaryExecutorError):
        executor.launch(BATCH)
    assert executor.executions() == {}
    server.mend()
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].phase is Phase.PENDING


def test_events_tell_why_there_is_no_pod(
    executor: KubernetesExecutor, server: FakeApiServer, clock: Clock
) -> None:
    executor.launch(BATCH)
    for second, (kind, told) in enumerate(
        [("Warning", "an older story"), ("Warning", "exceeded quota: tiny"), ("Normal", "hello")]
    ):
        server.put(
            "events",
            {
                "metadata": {"name": f"event-{second}"},
                "involvedObject": {"uid": metadata_of_job(server)["uid"]},
                "type": kind,
                "reason": "FailedCreate",
                "message": told,
                "lastTimestamp": f"2026-03-04T05:07:0{second}Z",
            },
        )
    assert executor.executions()[BATCH.id].obstacle is None
    clock.now += 61
    told = see(executor, lambda one: "exceeded quota: tiny" in one.message)
    assert (told.phase, told.obstacle) == (Phase.PENDING, Obstacle.POD_REFUSED)
    # The remedy: the quota is raised, the Job controller tries again.
    server.put("pods", a_pod("Pending"))
    assert see(executor, lambda one: one.pod is not None).obstacle is None
    server.put("pods", RUNNING)
    assert in_phase(executor, Phase.RUNNING).obstacle is None


def test_an_image_that_does_not_exist_is_an_obstacle(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    executor.launch(BATCH)
    server.put("pods", a_pod("Pending", state=waiting("ErrImagePull", "no such image")))
    told = see(executor, lambda one: one.obstacle is not None)
    assert (told.phase, told.obstacle) == (Phase.PENDING, Obstacle.IMAGE_ERROR)
    server.put("pods", RUNNING)
    assert in_phase(executor, Phase.RUNNING).obstacle is None
