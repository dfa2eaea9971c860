"""What tests of the Kubernetes executor share: a clock, and waiting for what is seen of `BATCH`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crosstrial.domain.execution import Execution, Phase, slot_text
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from crosstrial.executor.kubernetes.job import job_name
from support.arena import wait_for
from support.fake_api_server import FakeApiServer
from support.kube_objects import BATCH, a_pod, terminated

JOB = job_name(BATCH.id)
SLOTS = (slot_text(7) + slot_text(3)).decode()
RUNNING = a_pod("Running", state={"running": {}})
POD = RUNNING["metadata"]["name"]
CRASHED = a_pod("Failed", state=terminated(139, message=SLOTS))


class Clock:
    """A monotonic clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def see(
    executor: KubernetesExecutor, wanted: Callable[[Execution], bool], what: str = "as wanted"
) -> Execution:
    """Return what is seen of `BATCH` once it is as wanted."""

    def look() -> Execution | None:
        found = executor.executions().get(BATCH.id)
        return found if found is not None and wanted(found) else None

    execution: Execution = wait_for(look, what, seconds=30)
    return execution


def in_phase(executor: KubernetesExecutor, phase: Phase) -> Execution:
    """Return what is seen of `BATCH` once it is in a phase."""
    return see(executor, lambda execution: execution.phase is phase, f"it is {phase}")


def start(executor: KubernetesExecutor, server: FakeApiServer) -> None:
    """Launch `BATCH` and have it run."""
    executor.launch(BATCH)
    server.put("pods", RUNNING)
    in_phase(executor, Phase.RUNNING)


def metadata_of_job(server: FakeApiServer) -> Any:
    """Return what the server knows of the Job of `BATCH`."""
    job = server.get("jobs", JOB)
    assert job is not None
    return job["metadata"]


def job_is_deleted(server: FakeApiServer) -> None:
    """Wait until the Job of `BATCH` is gone."""
    wait_for(lambda: server.get("jobs", JOB) is None, "the Job is deleted", seconds=30)
