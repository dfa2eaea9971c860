"""The Job of a batch, against manifests on file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from crosstrial.domain import worker_exit
from crosstrial.domain.batch import Batch
from crosstrial.executor.kubernetes.job import job_manifest
from crosstrial.spec.document import Pod
from support.executors import a_batch
from support.kube_objects import SETTINGS

GOLDEN = Path(__file__).parent / "golden"

PLACED = Pod(
    image="localhost/other:1",
    node_selector={"kubernetes.io/arch": "amd64"},
    tolerations=({"key": "spot", "operator": "Exists", "effect": "NoSchedule"},),
    priority_class_name="batch-low",
    queue="research",
)


def placed(pod: Pod) -> Batch:
    return a_batch(12, cpu=2.5, memory=3 << 30).model_copy(update={"pod": pod})


@pytest.mark.parametrize(
    ("name", "batch"),
    [
        pytest.param("plain", a_batch(), id="plain"),
        pytest.param("placed", placed(PLACED), id="placed"),
    ],
)
def test_the_job_is_the_one_on_file(name: str, batch: Batch) -> None:
    # As the wire has it: tuples would be lists there.
    made = json.loads(json.dumps(job_manifest(batch, SETTINGS)))
    assert made == json.loads((GOLDEN / f"{name}.json").read_text())


def test_the_same_batch_makes_the_same_job() -> None:
    assert job_manifest(a_batch(), SETTINGS) == job_manifest(a_batch(), SETTINGS)


@pytest.mark.parametrize(
    ("seconds", "deadline"),
    [pytest.param(600.0, 600, id="whole"), pytest.param(600.2, 601, id="rounded-up")],
)
def test_the_pod_alone_has_a_deadline(seconds: float, deadline: int) -> None:
    spec = job_manifest(a_batch(deadline_seconds=seconds), SETTINGS)["spec"]
    assert spec["template"]["spec"]["activeDeadlineSeconds"] == deadline
    assert "activeDeadlineSeconds" not in spec


def test_only_crosstrial_retries() -> None:
    spec = job_manifest(a_batch(), SETTINGS)["spec"]
    assert spec["backoffLimit"] == 0
    assert spec["parallelism"] == spec["completions"] == 1
    assert "podFailurePolicy" not in spec
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_the_stores_uri_is_in_no_manifest() -> None:
    environment: list[dict[str, Any]] = job_manifest(a_batch(), SETTINGS)["spec"]["template"][
        "spec"
    ]["containers"][0]["env"]
    store = next(one for one in environment if one["name"] == worker_exit.STORE)
    assert store["valueFrom"] == {"secretKeyRef": {"name": "crosstrial-worker", "key": "uri"}}
    assert "value" not in store
