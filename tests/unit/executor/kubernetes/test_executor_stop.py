"""What is stopped, removed, and what is left of its log."""

from __future__ import annotations

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Phase
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from crosstrial.executor.kubernetes.job import job_name
from support.arena import wait_for
from support.executors import a_batch
from support.fake_api_server import FakeApiServer
from support.kube_executor import (
    CRASHED,
    JOB,
    POD,
    RUNNING,
    SLOTS,
    in_phase,
    job_is_deleted,
    see,
    start,
)
from support.kube_objects import BATCH, a_job, a_pod, terminated


def test_a_stopped_batch_ends_and_stays_in_view(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    executor.stop(BATCH.id)
    executor.stop(BATCH.id)
    assert executor.executions()[BATCH.id].phase is Phase.STOPPING
    job_is_deleted(server)
    assert executor.executions()[BATCH.id].phase is Phase.STOPPING
    server.put("pods", a_pod("Failed", state=terminated(143, message=SLOTS), deleting=True))
    server.drop("pods", POD)
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.message) == (Cause.INTERRUPTED, "it was stopped")
    assert ended.pod == RUNNING["metadata"]["uid"]
    assert server.count("DELETE", "/jobs/") == 1
    executor.remove(BATCH.id)
    assert executor.executions() == {}


def test_a_batch_that_finishes_while_it_is_stopped_ended_well(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    executor.stop(BATCH.id)
    job_is_deleted(server)
    server.put("pods", a_pod("Succeeded", state=terminated(0), deleting=True))
    server.drop("pods", POD)
    assert in_phase(executor, Phase.ENDED).cause is None


def test_stop_before_there_is_a_pod(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    executor.launch(BATCH)
    executor.stop(BATCH.id)
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.message) == (Cause.INTERRUPTED, "it was stopped")
    assert server.all("jobs") == []


def test_a_stop_that_failed_is_asked_for_again(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.fail("DELETE", "/jobs/", 403, message="not yet")
    executor.stop(BATCH.id)
    in_phase(executor, Phase.RUNNING)
    executor.stop(BATCH.id)
    job_is_deleted(server)


def test_a_pod_without_its_job_is_stopped_itself(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    server.put("pods", RUNNING)
    see(executor, lambda one: one.phase is Phase.STOPPING)
    executor.stop(BATCH.id)
    wait_for(lambda: server.count("DELETE", f"/pods/{POD}"), "the pod is deleted", seconds=30)


def test_another_job_of_that_name_is_left_alone(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.silent = True
    server.drop("jobs", JOB)
    server.put("jobs", {**a_job(), "metadata": {**a_job()["metadata"], "uid": "another"}})
    executor.stop(BATCH.id)
    wait_for(lambda: server.count("DELETE", f"/pods/{POD}"), "the pod is deleted", seconds=30)
    job = server.get("jobs", JOB)
    assert job is not None
    assert job["metadata"]["uid"] == "another"


def test_a_removed_batch_is_forgotten_but_for_its_log(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    executor.launch(a_batch(1))
    server.logs[POD] = "hello\n"
    server.put("pods", a_pod("Succeeded", state=terminated(0)))
    in_phase(executor, Phase.ENDED)
    executor.remove(BATCH.id)
    executor.remove(BATCH.id)
    assert set(executor.executions()) == {a_batch(1).id}
    assert executor.log(BATCH.id) == "hello\n"
    wait_for(lambda: server.get("pods", POD) is None, "its pod is gone", seconds=30)
    assert [job["metadata"]["name"] for job in server.all("jobs")] == [job_name(a_batch(1).id)]
    assert executor.log(BATCH.id) == "hello\n"
    assert set(executor.executions()) == {a_batch(1).id}


def test_a_log_that_cannot_be_read_holds_up_no_removal(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.put("pods", a_pod("Succeeded", state=terminated(0)))
    in_phase(executor, Phase.ENDED)
    server.fail("GET", f"/{POD}/log", 500, times=1000, message="its node does not answer")
    executor.remove(BATCH.id)
    job_is_deleted(server)
    assert server.count("GET", f"/{POD}/log") == 1
    assert executor.log(BATCH.id) is None


def test_what_runs_is_not_removed(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    start(executor, server)
    server.logs[POD] = "at work\n"
    assert executor.log(BATCH.id) == "at work\n"
    executor.remove(BATCH.id)
    assert executor.executions()[BATCH.id].phase is Phase.RUNNING
    assert server.count("DELETE", "") == 0


def test_what_could_not_be_removed_comes_back_into_view(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.put("pods", CRASHED)
    ended = in_phase(executor, Phase.ENDED)
    server.fail("DELETE", "/jobs/", 403, message="not yet")
    executor.remove(BATCH.id)
    assert in_phase(executor, Phase.ENDED) == ended
    executor.remove(BATCH.id)
    job_is_deleted(server)


def test_what_is_unknown_is_no_error(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    executor.stop("nobody-0")
    executor.remove("nobody-0")
    assert executor.log("nobody-0") is None
    assert executor.executions() == {}
    assert server.count("DELETE", "") == 0
