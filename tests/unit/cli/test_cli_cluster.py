"""Commands on a cluster's store from outside: how it is named, reached, and told apart."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crosstrial.cli.main import app
from crosstrial.client import session
from crosstrial.store.memory import MemoryStore
from support.arena import wait_for
from support.fake_cluster import NAMESPACE, SECRET_PATH, FakeCluster, fake_cluster
from support.registered import UID, batch, outcome, record

Cli = Callable[..., Result]
POD = f"crosstrial-{UID}-0-abcde"
BATCH = f"{UID}-0"
ENDED = [outcome("forest"), outcome("svm")]
HERE = ("--context", "here", "--namespace", NAMESPACE)


@pytest.fixture
def there() -> Iterator[FakeCluster]:
    with fake_cluster() as cluster:
        cluster.serve("store-0")
        yield cluster


@pytest.fixture
def store() -> MemoryStore:
    """A store with one experiment and a launched batch of two trials."""
    kept = MemoryStore()
    assert kept.insert_experiment(record())
    assert kept.insert_batch(batch(0, ENDED, settled=False))
    return kept


@pytest.fixture
def opened() -> list[str]:
    """The URIs of the stores that were opened."""
    return []


@pytest.fixture
def cli(
    there: FakeCluster,
    store: MemoryStore,
    opened: list[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Cli:
    """Runs a command; every URI is the store in memory, the kubeconfig the fake cluster's."""
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text(there.kubeconfig())

    def open_store(uri: str) -> MemoryStore:
        opened.append(uri)
        return store

    monkeypatch.setattr(session, "open_store", open_store)
    monkeypatch.setattr(
        "kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION", str(kubeconfig)
    )
    monkeypatch.delenv("CROSSTRIAL_STORE", raising=False)
    monkeypatch.setenv("CROSSTRIAL_HOME", str(tmp_path / "nothing"))
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def settle(store: MemoryStore, log: str = "") -> None:
    store.insert_outcomes(ENDED)
    settlement = batch(0, ENDED, settled=True, log=log).settlement
    assert settlement is not None
    assert store.settle_batch(BATCH, settlement)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([*HERE, "list"], id="before the command"),
        pytest.param(["list", *HERE], id="after it"),
        pytest.param(["--context", "here", "list", "--namespace", NAMESPACE], id="both"),
        pytest.param(["--context", "nope", "list", *HERE], id="the nearer one"),
        pytest.param(["list", "--namespace", NAMESPACE], id="the current context"),
    ],
)
def test_a_clusters_store_is_used_on_request(
    cli: Cli, opened: list[str], arguments: list[str]
) -> None:
    done = cli(*arguments)
    assert done.exit_code == 0, done.output
    assert "demo" in done.stdout
    [uri] = opened
    assert uri.startswith("mongodb://me:s%40cret@127.0.0.1:")
    assert uri.endswith("/db?directConnection=true")


def test_another_kubeconfig_is_used_on_request(
    cli: Cli, opened: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = tmp_path / "kubeconfig"
    location = "kubernetes.config.kube_config.KUBE_CONFIG_DEFAULT_LOCATION"
    monkeypatch.setattr(location, "/nowhere")
    done = cli("list", "--kubeconfig", str(mine), "--namespace", NAMESPACE)
    assert done.exit_code == 0, done.output
    assert len(opened) == 1


def test_a_cluster_that_was_asked_for_comes_before_the_environments_store(
    cli: Cli, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSTRIAL_STORE", "mongodb://from-environment/")
    assert cli("list", *HERE).exit_code == 0
    assert cli("list").exit_code == 0
    assert [uri.partition("@")[0] for uri in opened] == [
        "mongodb://me:s%40cret",
        "mongodb://from-environment/",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", *HERE, "--store", "mongodb://a"],
        ["--store", "mongodb://a", "list", *HERE],
        ["--context", "here", "list", "--store", "mongodb://a"],
    ],
)
def test_a_store_and_a_cluster_are_one_too_many(
    cli: Cli, opened: list[str], arguments: list[str]
) -> None:
    done = cli(*arguments)
    assert done.exit_code == 2
    assert "both a store and a cluster are named" in done.stderr
    assert opened == []


@pytest.mark.parametrize(
    "arguments",
    [["--context", "here", "run", "x.yaml"], ["run", "x.yaml", *HERE], ["controller", *HERE]],
)
def test_what_runs_on_this_machine_uses_no_cluster(cli: Cli, arguments: list[str]) -> None:
    done = cli(*arguments)
    assert done.exit_code == 2
    assert "runs batches on this machine, not in a cluster" in done.stderr
    assert "crosstrial submit FILE" in done.stderr


def test_commands_without_a_store_have_no_cluster(cli: Cli) -> None:
    assert cli("schema", *HERE).exit_code == 2
    for name in ("status", "submit", "explain"):
        assert "--context" in cli(name, "--help").stdout
    assert "--namespace" in cli("store", "init", "--help").stdout
    assert "--kubeconfig" in cli("--help").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        pytest.param(["--context", "nope"], 2, "nope", id="no such context"),
        pytest.param(["--kubeconfig", "/nowhere"], 2, "--context or KUBECONFIG", id="no file"),
        pytest.param(["--namespace", "other"], 2, "crosstrial-submitter", id="no Secret"),
    ],
)
def test_what_is_not_there_is_one_message(
    cli: Cli, arguments: list[str], code: int, words: str
) -> None:
    done = cli("list", *arguments)
    assert done.exit_code == code
    assert done.stderr.startswith("error: ")
    assert words in done.stderr


def test_a_secret_that_may_not_be_read_exits_2(cli: Cli, there: FakeCluster) -> None:
    there.refused[SECRET_PATH] = 403
    done = cli("list", *HERE)
    assert done.exit_code == 2
    assert "Role crosstrial-submitter" in done.stderr


def test_a_store_without_a_ready_pod_exits_4(cli: Cli, there: FakeCluster) -> None:
    there.serve("store-0", ready=False)
    done = cli("list", *HERE)
    assert done.exit_code == 4
    assert "no pod of Service store in namespace control is ready" in done.stderr


def test_without_the_library_its_extra_is_named(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(sys.modules):
        if name.startswith(("kubernetes", "crosstrial.executor.kubernetes")):
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "crosstrial.client.outside", raising=False)
    monkeypatch.setitem(sys.modules, "kubernetes", None)
    done = cli("list", *HERE)
    assert done.exit_code == 2
    assert "kubernetes, which is not installed: pip install 'crosstrial[all]'" in done.stderr


def test_logs_of_a_running_batch_come_from_its_pod(cli: Cli, there: FakeCluster) -> None:
    there.print(POD, "one\n", "two\n", ended=False)
    for what in (BATCH, f"{UID}:forest@iris:0"):
        done = cli("logs", what, *HERE)
        assert (done.exit_code, done.stdout) == (0, "one\ntwo\n")


def test_logs_follow_a_running_pod_until_its_batch_is_settled(
    cli: Cli, there: FakeCluster, store: MemoryStore
) -> None:
    there.print(POD, "one\n", ended=False)
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(cli, "logs", BATCH, "--follow", *HERE)
        there.logs[POD].append("two\n")
        there.printing[POD].set()
        settle(store, log="two\n")
        result = done.result(timeout=60)
    assert (result.exit_code, result.stdout) == (0, "one\ntwo\n")


def test_logs_follow_waits_for_a_container_to_start(
    cli: Cli, there: FakeCluster, store: MemoryStore
) -> None:
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(cli, "logs", BATCH, "--follow", *HERE)
        wait_for(lambda: there.asked_for_pods > 1, "it was asked for pods again", 60)
        there.print(POD, "one\n")
        wait_for(lambda: there.logs_read > 0, "the log was read", 60)
        settle(store)
        result = done.result(timeout=60)
    assert (result.exit_code, result.stdout) == (0, "one\n")


def test_logs_of_a_pod_that_is_gone_are_what_was_kept(
    cli: Cli, there: FakeCluster, store: MemoryStore
) -> None:
    settle(store, log="last words\n")
    for follow in ([], ["--follow"]):
        done = cli("logs", BATCH, *follow, *HERE)
        assert (done.exit_code, done.stdout) == (0, "last words\n")


def test_explain_tells_of_a_controller_that_is_not_there(cli: Cli, there: FakeCluster) -> None:
    there.deploy(0)
    done = cli("explain", "demo", *HERE)
    assert "no controller is running in namespace control" in done.stdout
    assert "kubectl --namespace control" in done.stdout
    there.deploy(1)
    assert "demo is running: 1 batch at work" in cli("explain", "demo", *HERE).stdout


def test_a_controller_that_is_away_is_waited_for(cli: Cli, there: FakeCluster) -> None:
    there.deploy(0)
    done = cli("wait", "demo", "--timeout", "0s", *HERE)
    assert done.exit_code == 124


def test_store_init_tells_where(cli: Cli) -> None:
    done = cli("store", "init", *HERE)
    assert (done.exit_code, done.stdout) == (0, "ready: the store in namespace control\n")
