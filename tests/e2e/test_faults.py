"""What is killed in the middle of a run in a cluster loses and doubles nothing."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from crosstrial.domain.batch import BatchState
from crosstrial.domain.cause import Cause
from support.arena import wait_for
from support.installation import TRIALS, Installation
from support.submitted import Submitted

pytestmark = pytest.mark.timeout(1800)

MODELS, DATA_SETS, RUNS = ("forest", "trees"), ("digits", "wine"), 6
MANY = 10  # enough for a batch that can be lost in its middle
DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: NAME}
spec:
  dataGroups: {all: ["sklearn:digits", "sklearn:wine"]}
  modelGroups:
    all:
      - name: forest
        model: sklearn.ensemble.RandomForestClassifier
        space: {n_estimators: {distribution: int_uniform, min: 100, max: 200}}
      - name: trees
        model: sklearn.ensemble.ExtraTreesClassifier
        space: {n_estimators: {distribution: int_uniform, min: 100, max: 200}}
  applications: {all: [all]}
  runsPerPair: RUNS
  limits: {parallelBatches: 2}
  batch: {targetSeconds: 6}
  resources: {cpu: 500m, memory: 768Mi}
"""
ONE_PAIR = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: NAME}
spec:
  dataGroups: {all: ["sklearn:digits"]}
  modelGroups:
    all:
      - name: forest
        model: sklearn.ensemble.RandomForestClassifier
        space: {n_estimators: {distribution: int_uniform, min: 100, max: 200}}
  applications: {all: [all]}
  runsPerPair: RUNS
  limits: {parallelBatches: 1}
  resources: {cpu: 500m, memory: 768Mi}
"""
AT_ONCE = ("--grace-period=0", "--force")


def submit(one: Submitted, document: str = DOCUMENT, *, runs: int = RUNS) -> None:
    one.submit(document.replace("NAME", one.name).replace("RUNS", str(runs)))


@contextmanager
def job_history(installation: Installation, file: Path) -> Iterator[Path]:
    """Write every event of the trials' Jobs to a file, as the API server tells them."""
    command = [*map(str, installation.cluster.kubectl), f"--namespace={TRIALS}", "get", "jobs"]
    columns = "jsonpath={.type} {.object.metadata.name} {.object.metadata.uid}{'\\n'}"
    with (
        file.open("w") as history,
        subprocess.Popen(
            [*command, "--watch", "--output-watch-events", f"--output={columns}"], stdout=history
        ) as watching,
    ):
        yield file
        watching.kill()


def uids_by_name(history: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for line in history.read_text().splitlines():
        _, name, uid = line.split()
        found.setdefault(name, set()).add(uid)
    return found


def kill_the_controller(installation: Installation) -> None:
    component = "--selector=app.kubernetes.io/component=controller"
    installation.kubectl("delete", "pod", component, *AT_ONCE)


def kill_the_store(installation: Installation) -> None:
    installation.kubectl("delete", "pod", "crosstrial-store-0", *AT_ONCE)


@pytest.mark.parametrize(
    "kill",
    [pytest.param(kill_the_controller, id="controller"), pytest.param(kill_the_store, id="store")],
)
def test_a_killed_pod_of_ours_loses_and_doubles_nothing(
    installation: Installation, tmp_path: Path, kill: Callable[[Installation], None]
) -> None:
    run = Submitted(installation, tmp_path, kill.__name__.replace("_", "-"))
    with job_history(installation, tmp_path / "jobs") as history:
        submit(run)
        wait_for(run.is_in_its_middle, "the run is in its middle")
        kill(installation)
        installation.until_ready()
        run.until_completed()
    assert run.trials() == sorted(itertools.product(MODELS, DATA_SETS, range(RUNS)))
    jobs = uids_by_name(history)
    assert jobs
    assert {name: len(uids) for name, uids in jobs.items() if len(uids) > 1} == {}
    run.delete()


def delete_its_job(installation: Installation, name: str) -> None:
    _delete_its(installation, "job", name)


def delete_its_pod(installation: Installation, name: str) -> None:
    _delete_its(installation, "pod", name)


def _delete_its(installation: Installation, kind: str, name: str) -> None:
    selector = f"--selector=crosstrial.dev/experiment={name}"
    installation.kubectl("delete", kind, selector, "--wait=false", namespace=TRIALS)


def evict_its_pods(installation: Installation, name: str) -> None:
    for pod in installation.pods(name):
        identity = {"name": pod["metadata"]["name"], "namespace": TRIALS}
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": identity}
        path = f"/api/v1/namespaces/{TRIALS}/pods/{identity['name']}/eviction"
        # A pod that has ended meanwhile is not there to be evicted.
        installation.attempt(
            "create", "--raw", path, "--filename=-", namespace=None, stdin=json.dumps(eviction)
        )


LOSSES: dict[Callable[[Installation, str], None], str] = {
    delete_its_job: "its pod was deleted",
    delete_its_pod: "its pod was deleted",
    evict_its_pods: "the cluster ended it: EvictionByEvictionAPI",
}


def test_what_the_cluster_takes_away_costs_no_trial(
    installation: Installation, tmp_path: Path
) -> None:
    with ThreadPoolExecutor() as pool:
        ends = [
            pool.submit(lose_one, installation, tmp_path, lose, LOSSES[lose]) for lose in LOSSES
        ]
        for end in ends:
            end.result()


def lose_one(
    installation: Installation, folder: Path, lose: Callable[[Installation, str], None], told: str
) -> None:
    run = Submitted(installation, folder, lose.__name__.replace("_", "-"))
    submit(run, ONE_PAIR, runs=MANY)
    with installation.client() as client:

        def one_is_in_its_middle() -> bool:
            live = [b for b in run.batches(client) if b.state is BatchState.LAUNCHED]
            ended = [len(client.store.outcomes_of_batch(b.id)) for b in live]
            return any(0 < n < len(b.manifest) // 2 for b, n in zip(live, ended, strict=True))

        wait_for(one_is_in_its_middle, f"a batch of {run.name} is in its middle")
        lose(installation, run.name)
        # It says so until another batch has ended well.
        run.until_it_says(f"has lost a batch on its way, and runs its trials again: {told}")
        run.until_completed()
        causes = {b.settlement.cause for b in run.batches(client) if b.settlement is not None}
    assert Cause.INTERRUPTED in causes
    assert run.trials() == [("forest", "digits", index) for index in range(MANY)]
    assert run.status()["failed"] == 0
    run.delete()


def test_cancelled_nothing_of_it_runs_soon(installation: Installation, tmp_path: Path) -> None:
    run = Submitted(installation, tmp_path, "cancelled")
    submit(run, runs=200)
    wait_for(run.is_in_its_middle, "the run is in its middle")
    assert installation.cli("cancel", run.name).returncode == 0
    wait_for(run.has_no_running_pod, "no pod of it runs", seconds=20)
    assert run.status()["state"] == "cancelled"

    # Deleted, its name is free, and what comes under it meets nothing old.
    run.delete()
    assert installation.jobs(run.name) == installation.pods(run.name) == []
    again = Submitted(installation, tmp_path, run.name)
    submit(again, runs=1)
    again.until_completed()
    assert again.trials() == sorted(itertools.product(MODELS, DATA_SETS, [0]))
    again.delete()
