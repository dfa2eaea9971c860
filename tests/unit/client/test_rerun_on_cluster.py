"""A trial run again in a cluster: its Job is made, its log is read once, and it is deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crosstrial.client.outside import Cluster
from crosstrial.client.reproduce import ReplayError, Rerun
from crosstrial.client.rerun_on_cluster import ClusterRunner
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from crosstrial.spec.errors import InvalidError
from support import stored
from support.fake_cluster import DEPLOYMENTS_PATH, NAMESPACE, TRIALS, FakeCluster, fake_cluster

JOBS_PATH = f"/apis/batch/v1/namespaces/{TRIALS}/jobs"
CONFIG_PATH = f"/api/v1/namespaces/{NAMESPACE}/configmaps/settings-abc"
RERUN = Rerun(stored.batch(0), 0, "recorded")
SETTINGS = KubernetesSettings(namespace=TRIALS, image="now")


@pytest.fixture
def there() -> Iterator[FakeCluster]:
    with fake_cluster() as cluster:
        yield cluster


def jobs(there: FakeCluster) -> list[str]:
    return [path for path in there.objects if path.startswith(JOBS_PATH)]


def end(there: FakeCluster) -> None:
    [job] = jobs(there)
    there.objects[job]["status"] = {"conditions": [{"type": "Complete", "status": "True"}]}


def test_every_line_is_yielded_once_and_the_job_is_deleted(there: FakeCluster) -> None:
    run = ClusterRunner(there.api(), SETTINGS)
    with run(RERUN) as lines:
        there.print("pod", "one\n")
        assert next(lines) == "one\n"
        there.logs["pod"].append("two\n")
        end(there)
        assert list(lines) == ["two\n"]
        assert len(jobs(there)) == 1
    assert jobs(there) == []


def test_a_pod_that_does_not_start_is_given_up(there: FakeCluster) -> None:
    run = ClusterRunner(there.api(), SETTINGS, start_seconds=-1.0)
    there.objects[f"/api/v1/namespaces/{TRIALS}/pods"] = {"items": []}
    with pytest.raises(ReplayError, match="has not started"), run(RERUN) as lines:
        list(lines)
    assert jobs(there) == []


def test_who_may_not_make_jobs_is_told_which_role_to_ask_for(there: FakeCluster) -> None:
    there.refused[JOBS_PATH] = 403
    run = ClusterRunner(there.api(), SETTINGS)
    with pytest.raises(InvalidError, match="crosstrial-reproducer"), run(RERUN):
        pass


def test_jobs_are_made_as_the_controller_makes_them(there: FakeCluster) -> None:
    container = {
        "envFrom": [{"configMapRef": {"name": "settings-abc"}}],
        "env": [{"name": "CROSSTRIAL_COMMANDS", "value": "/opt/models/"}],
    }
    deployment = {
        "metadata": {"namespace": NAMESPACE},
        "spec": {"template": {"spec": {"containers": [container]}}},
    }
    there.objects[DEPLOYMENTS_PATH] = {"items": [deployment]}
    there.objects[CONFIG_PATH] = {"data": {"CROSSTRIAL_TRIAL_IMAGE": "now"}}
    with Cluster(there.api(), NAMESPACE).runner()(RERUN):
        [job] = jobs(there)
        [worker] = there.objects[job]["spec"]["template"]["spec"]["containers"]
    environment = {one["name"]: one.get("value") for one in worker["env"]}
    assert environment["CROSSTRIAL_COMMANDS"] == "/opt/models/"
    assert worker["image"] == "recorded"


def test_without_a_controller_nothing_is_made(there: FakeCluster) -> None:
    there.objects[DEPLOYMENTS_PATH] = {"items": []}
    with pytest.raises(InvalidError, match="no controller"):
        Cluster(there.api(), NAMESPACE).runner()
