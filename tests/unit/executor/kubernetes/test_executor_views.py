"""Stale views, outages and lost nodes: absence is no end until it is confirmed."""

from __future__ import annotations

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Phase
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from support.arena import wait_for
from support.fake_api_server import FakeApiServer
from support.kube_executor import (
    JOB,
    POD,
    RUNNING,
    Clock,
    in_phase,
    job_is_deleted,
    see,
    start,
)
from support.kube_objects import BATCH, a_job, a_pod


def test_absence_counts_only_after_the_server_itself_was_asked(
    executor: KubernetesExecutor, server: FakeApiServer, clock: Clock
) -> None:
    executor.executions()
    server.silent = True
    executor.launch(BATCH)
    server.put("pods", RUNNING)
    clock.now += 6
    assert in_phase(executor, Phase.RUNNING).pod == RUNNING["metadata"]["uid"]
    server.drop("pods", POD)
    server.drop("jobs", JOB)
    clock.now += 6
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.message) == (Cause.INTERRUPTED, "its Job and its pod are gone")


def test_an_outage_ends_nothing(
    executor: KubernetesExecutor, server: FakeApiServer, clock: Clock
) -> None:
    start(executor, server)
    server.fail("GET", "/", 503, times=1000)
    server.cut_watches()
    clock.now += 3600
    assert executor.executions()[BATCH.id].phase is Phase.RUNNING


def test_a_vanished_batch_has_not_ended_while_nobody_can_be_asked(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.fail("GET", f"/jobs/{JOB}", 503, times=1000)
    server.drop("pods", POD)
    server.drop("jobs", JOB)
    told = see(executor, lambda one: server.count("GET", f"/jobs/{JOB}") > 3, "it was asked for")
    assert told.phase is Phase.STOPPING
    server.mend()
    assert in_phase(executor, Phase.ENDED).cause is Cause.INTERRUPTED


def test_a_pod_on_a_lost_node_is_abandoned_and_still_counted(
    executor: KubernetesExecutor, server: FakeApiServer, clock: Clock
) -> None:
    start(executor, server)
    server.put("pods", a_pod("Running", state={"running": {}}, deleting=True))
    in_phase(executor, Phase.STOPPING)
    clock.now += 74
    assert executor.executions()[BATCH.id].phase is Phase.STOPPING
    clock.now += 2
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, "not heard of" in ended.message) == (Cause.INTERRUPTED, True)
    executor.remove(BATCH.id)
    job_is_deleted(server)
    assert executor.executions()[BATCH.id].phase is Phase.STOPPING
    server.drop("pods", POD)
    wait_for(lambda: executor.executions() == {}, "it is forgotten", seconds=30)


def test_others_jobs_are_not_seen(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    other = a_job()
    other["metadata"]["labels"] = {
        **other["metadata"]["labels"],
        "app.kubernetes.io/instance": "another",
    }
    server.put("jobs", other)
    assert executor.executions() == {}
