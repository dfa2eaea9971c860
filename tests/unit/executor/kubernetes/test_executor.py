"""A batch from launch to end; the tests play the Job controller and the kubelet."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Phase
from crosstrial.executor.kubernetes import executor as module
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from crosstrial.executor.protocol import TemporaryExecutorError
from support.arena import wait_for
from support.executors import a_batch
from support.fake_api_server import FakeApiServer
from support.kube_executor import (
    CRASHED,
    JOB,
    POD,
    RUNNING,
    in_phase,
    metadata_of_job,
    start,
)
from support.kube_objects import BATCH, a_job, a_pod, failed, terminated

Make = Callable[[], KubernetesExecutor]


def test_a_batch_from_launch_to_end(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    assert executor.executions() == {}
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].phase is Phase.PENDING
    server.put("pods", RUNNING)
    assert in_phase(executor, Phase.RUNNING).pod == RUNNING["metadata"]["uid"]
    server.put("pods", a_pod("Succeeded", state=terminated(0, "Completed")))
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.message, ended.pod) == (None, "", RUNNING["metadata"]["uid"])


def test_a_launched_batch_is_seen_before_any_watch_tells(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    executor.executions()
    server.silent = True
    executor.launch(BATCH)
    assert executor.executions()[BATCH.id].phase is Phase.PENDING


def test_what_killed_a_container_is_told(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.logs[POD] = "a line\n" * 5000 + "the last words"
    server.put("pods", CRASHED)
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.named) == (Cause.CRASHED, (3, 7))
    assert "SIGSEGV" in ended.message
    assert ended.log.endswith("the last words")
    assert len(ended.log) == 16_384


def test_an_end_stays_as_it_was_first_told(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.put("pods", CRASHED)
    ended = in_phase(executor, Phase.ENDED)
    server.drop("pods", POD)
    server.drop("jobs", JOB)
    # What the caches tell of another one is later news.
    other = a_batch(1)
    labels = {**RUNNING["metadata"]["labels"], "crosstrial.dev/batch": other.id}
    server.put("pods", {**RUNNING, "metadata": {"name": "p", "uid": "u", "labels": labels}})
    wait_for(lambda: other.id in executor.executions(), "later news", seconds=30)
    assert executor.executions()[BATCH.id] == ended


def test_a_log_that_cannot_be_read_holds_up_no_end(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.fail("GET", "/log", 500, times=1000, message="no route to the kubelet")
    server.put("pods", CRASHED)
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.log) == (Cause.CRASHED, "")


def test_the_last_status_counts_even_if_the_pod_is_gone(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    server.put("pods", CRASHED)
    server.drop("pods", POD)
    server.put("jobs", {**a_job(failed()), "metadata": metadata_of_job(server)})
    ended = in_phase(executor, Phase.ENDED)
    assert (ended.cause, ended.named) == (Cause.CRASHED, (3, 7))


def test_nothing_is_told_before_all_is_known(
    make: Make,
    server: FakeApiServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "SYNC_SECONDS", 0.1)
    server.put("jobs", a_job())
    server.fail("GET", "/pods", 403, times=1000, message="pods is forbidden")
    executor = make()
    with pytest.raises(TemporaryExecutorError, match="pods are not known yet"):
        executor.executions()


def test_wait_returns_when_something_has_changed(
    executor: KubernetesExecutor, server: FakeApiServer
) -> None:
    start(executor, server)
    begun = time.monotonic()
    server.put("pods", a_pod("Succeeded", state=terminated(0)))
    while executor.executions()[BATCH.id].phase is not Phase.ENDED:
        executor.wait(100)
    assert time.monotonic() - begun < 50


def test_wait_returns_in_the_end(executor: KubernetesExecutor) -> None:
    executor.executions()
    for _ in range(5):
        executor.wait(0.01)


def test_close_leaves_no_thread(make: Make, server: FakeApiServer) -> None:
    executor = make()
    start(executor, server)
    executor.close()
    left = {thread.name for thread in threading.enumerate()}
    assert not any(name.startswith(("watch-", "jobs_")) for name in left)
    assert server.get("pods", POD) is not None


def test_there_is_no_bound_here(executor: KubernetesExecutor) -> None:
    assert executor.capacity(10_000.0) is None
