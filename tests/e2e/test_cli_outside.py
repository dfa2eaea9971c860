"""The command line from outside a real cluster: a store behind a forwarded port, logs of pods.

In a namespace of its own, with a store that may be killed.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from crosstrial.client.outside import SECRET, open_cluster
from crosstrial.executor.kubernetes.objects import BATCH_LABEL, WORKER
from crosstrial.store.connect import open_store
from crosstrial.store.protocol import Store, UnreachableError
from support.arena import CLI, wait_for
from support.installation import Installation
from support.namespaces import Namespace, python
from support.registered import UID, batch, outcome, record

BATCH = f"{UID}-0"
DIGEST = "0" * 64
ENDED = [outcome("forest"), outcome("svm")]
COUNT_SLOWLY = "import time\nfor i in range(5): print('line', i, flush=True); time.sleep(1)"
COUNTED = "".join(f"line {number}\n" for number in range(5))


@pytest.fixture
def place(installation: Installation) -> Iterator[Namespace]:
    """A namespace with a store, its Service, and the Secret that says so."""
    place = Namespace(installation.cluster.kubectl)
    start_store(place, "store-a")
    place.kubectl("create", "service", "clusterip", "store", "--tcp=27017:27017")
    uri = f"mongodb://store.{place.name}.svc:27017/crosstrial"
    told = {"uri": uri, "service": "store", "port": "27017", "trials": place.name}
    place.kubectl("create", "secret", "generic", SECRET, *literals(told))
    yield place
    place.attempt("delete", "namespace", place.name, "--wait=false")


def literals(values: dict[str, str]) -> list[str]:
    return [f"--from-literal={key}={value}" for key, value in values.items()]


def a_pod(name: str, container: dict[str, Any], **labels: str) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": labels},
        "spec": {"containers": [container], "restartPolicy": "Never"},
    }


def start_store(place: Namespace, name: str) -> None:
    container = python("") | {"command": None, "ports": [{"containerPort": 27017}]}
    container |= {"readinessProbe": {"tcpSocket": {"port": 27017}, "periodSeconds": 1}}
    place.create(a_pod(name, container, app="store"))
    place.kubectl("wait", "--for=condition=Ready", "--timeout=60s", f"pod/{name}")


@contextmanager
def store_of(installation: Installation, place: Namespace) -> Iterator[Store]:
    kubeconfig = str(installation.cluster.kubeconfig)
    with (
        open_cluster(context=None, namespace=place.name, kubeconfig=kubeconfig) as cluster,
        cluster.reach_store() as uri,
        closing(open_store(uri)) as store,
    ):
        store.init()
        yield store


def cli(
    installation: Installation, place: Namespace, *arguments: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [CLI, *arguments, "--namespace", place.name],
        env=installation.environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def answers(store: Store) -> bool:
    try:
        return store.experiments() is not None
    except UnreachableError:
        return False


def test_a_command_reads_and_writes_the_store(installation: Installation, place: Namespace) -> None:
    ready = cli(installation, place, "store", "init")
    assert ready.stdout == f"ready: the store in namespace {place.name}\n", ready.stderr
    with store_of(installation, place) as store:
        assert store.insert_experiment(record())
    assert cli(installation, place, "list", "-o", "name").stdout == "demo\n"
    assert cli(installation, place, "pause", "demo").returncode == 0
    assert "is paused" in cli(installation, place, "explain", "demo").stdout


def test_many_connections_go_through_at_once(
    installation: Installation, place: Namespace, tmp_path: Path
) -> None:
    sent, returned = tmp_path / "sent", tmp_path / "returned"
    sent.write_bytes(os.urandom(8 << 20))
    with store_of(installation, place) as store:
        store.put_dataset(DIGEST, sent)
        assert store.insert_experiment(record())
        assert store.insert_batch(batch(0, ENDED, settled=False))
        outcomes = [outcome("forest", index=index, message="x" * 50_000) for index in range(80)]
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(store.insert_outcomes, [outcomes[i::8] for i in range(8)]))
        assert len(list(store.outcomes_of_experiment(UID))) == 80
        store.get_dataset(DIGEST, returned)
    assert returned.read_bytes() == sent.read_bytes()


def test_a_store_that_comes_back_as_another_pod_is_reached_again(
    installation: Installation, place: Namespace
) -> None:
    with store_of(installation, place) as store:
        assert answers(store)
        place.kubectl("delete", "pod", "store-a", "--grace-period=0", "--force")
        wait_for(lambda: not answers(store), "the store is missed")
        start_store(place, "store-b")
        wait_for(lambda: answers(store), "the new pod is reached")


def test_without_a_ready_store_the_service_is_named(
    installation: Installation, place: Namespace
) -> None:
    place.kubectl("delete", "pod", "store-a", "--grace-period=0", "--force")
    done = wait_for(lambda: failing(cli(installation, place, "list")), "the store is missed")
    assert done.returncode == 4
    assert f"no pod of Service store in namespace {place.name} is ready" in done.stderr


def failing(
    done: subprocess.CompletedProcess[str],
) -> subprocess.CompletedProcess[str] | None:
    return done if done.returncode else None


def test_logs_follow_a_pod_and_know_what_it_left(
    installation: Installation, place: Namespace
) -> None:
    with store_of(installation, place) as store:
        assert store.insert_experiment(record())
        assert store.insert_batch(batch(0, ENDED, settled=False))
        worker = python(COUNT_SLOWLY, name=WORKER)
        with ThreadPoolExecutor(1) as pool:
            following = pool.submit(cli, installation, place, "logs", BATCH, "--follow")
            place.create(a_pod("worker", worker, **{BATCH_LABEL: BATCH}))
            place.until("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/worker")
            read = cli(installation, place, "logs", f"{UID}:forest@iris:0")
            assert read.stdout == COUNTED, read.stderr
            store.insert_outcomes(ENDED)
            settlement = batch(0, ENDED, settled=True, log="line 4\n").settlement
            assert settlement is not None
            assert store.settle_batch(BATCH, settlement)
            followed = following.result(timeout=60)
    assert (followed.returncode, followed.stdout) == (0, COUNTED)
    place.kubectl("delete", "pod", "worker")
    assert cli(installation, place, "logs", BATCH).stdout == "line 4\n"
