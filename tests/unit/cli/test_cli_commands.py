"""Commands on a store in memory: what they print and how they exit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner, Result

from crosstrial.cli.main import app
from crosstrial.client import session
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentState
from crosstrial.store.memory import MemoryStore
from support.registered import UID, batch, outcome, record

Cli = Callable[..., Result]
FAILURE = outcome("svm", index=1, cause=Cause.CRASHED, message="Traceback\nSIGSEGV \x1b[31m")
ENDED = [outcome("forest"), outcome("svm", score=0.8), FAILURE]


@pytest.fixture
def store() -> MemoryStore:
    """A store with one experiment: a settled batch of three, a live batch of one."""
    kept = MemoryStore()
    assert kept.insert_experiment(record())
    assert kept.insert_batch(batch(0, ENDED, settled=False))
    kept.insert_outcomes(ENDED)
    settled = batch(0, ENDED, settled=True, log="last words\n").settlement
    assert settled is not None
    assert kept.settle_batch(f"{UID}-0", settled)
    assert kept.insert_batch(batch(1, [outcome("forest", "wine")], settled=False))
    return kept


@pytest.fixture
def cli(store: MemoryStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cli:
    """Runs a command; every URI is the store in memory."""
    opened: list[str] = []

    def open_store(uri: str) -> MemoryStore:
        opened.append(uri)
        return store

    monkeypatch.setattr(session, "open_store", open_store)
    monkeypatch.setenv("CROSSTRIAL_STORE", "mongodb://from-environment/")
    monkeypatch.setenv("CROSSTRIAL_HOME", str(tmp_path / "nothing"))

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, list(arguments))
        assert "\x1b" not in result.output
        return result

    run.opened = opened  # type: ignore[attr-defined]
    return run


@pytest.mark.parametrize(
    ("arguments", "uri"),
    [
        pytest.param(["list"], "mongodb://from-environment/", id="environment"),
        pytest.param(["list", "--store", "mongodb://own/"], "mongodb://own/", id="command"),
        pytest.param(["--store", "mongodb://global/", "list"], "mongodb://global/", id="program"),
        pytest.param(
            ["--store", "mongodb://global/", "list", "--store", "mongodb://own/"],
            "mongodb://own/",
            id="command before program",
        ),
    ],
)
def test_the_nearest_store_is_chosen(cli: Cli, arguments: list[str], uri: str) -> None:
    assert cli(*arguments).exit_code == 0
    assert cli.opened == [uri]  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", ["list", "status demo", "results demo", "submit x.yaml"])
def test_without_any_store_the_user_is_told_how_to_name_one(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.delenv("CROSSTRIAL_STORE")
    done = cli(*command.split())
    assert done.exit_code == 2
    assert "--store" in done.stderr
    assert "crosstrial run FILE" in done.stderr


def test_list_counts_what_ended(cli: Cli) -> None:
    head, row = cli("list").stdout.splitlines()
    assert head.split()[:5] == ["NAME", "STATE", "ENDED", "WANTED", "FAILED"]
    assert row.split()[:5] == ["demo", "active", "3", "8", "1"]
    assert cli("list", "-o", "name").stdout == "demo\n"


def test_status_marks_failures(cli: Cli) -> None:
    lines = cli("status", "demo").stdout.splitlines()
    assert lines[1].split() == ["iris", "1/2", "2/2", "!1"]
    assert "3/8 trials" in lines[3]


def test_status_as_json_has_pairs_and_totals(cli: Cli) -> None:
    document = json.loads(cli("status", "demo", "-o", "json").stdout)
    assert (document["ended"], document["wanted"], document["liveBatches"]) == (3, 8, 1)
    assert {"model": "svm", "dataset": "iris", "failed": 1}.items() <= document["pairs"][1].items()


def test_an_unknown_name_lists_the_known_ones(cli: Cli) -> None:
    done = cli("status", "dmeo")
    assert done.exit_code == 2
    assert "known experiments: demo" in done.stderr


@pytest.mark.parametrize(
    ("state", "trials"),
    [
        ("failed", ["svm@iris:1"]),
        ("succeeded", ["forest@iris:0", "svm@iris:0"]),
        ("assigned", ["forest@wine:0"]),
        ("waiting", []),
    ],
)
def test_trials_are_filtered_by_state(cli: Cli, state: str, trials: list[str]) -> None:
    done = cli("trials", "demo", "--state", state, "-o", "name")
    assert done.stdout.splitlines() == [f"{UID}:{trial}" for trial in trials]


@pytest.mark.parametrize("name", [f"{UID}:svm@iris:1", "svm@iris:1", "1"])
def test_one_trial_is_shown_in_full(cli: Cli, name: str) -> None:
    shown = cli("trials", "demo", name).stdout
    assert "failed (crashed)" in shown
    assert 'kernel = "rbf"' in shown
    assert "SIGSEGV \\x1b[31m" in shown


def test_an_index_is_shown_over_all_pairs(cli: Cli) -> None:
    rows = cli("trials", "demo", "0").stdout.splitlines()[1:]
    assert [row.split()[:3] for row in rows] == [
        ["forest", "iris", "0"],
        ["svm", "iris", "0"],
        ["forest", "wine", "0"],
    ]


def test_no_such_trial_is_an_error(cli: Cli) -> None:
    done = cli("trials", "demo", "svm@iris:9")
    assert done.exit_code == 2
    assert "svm@iris:9" in done.stderr


def test_logs_of_a_trial_are_its_message_and_its_batch(cli: Cli) -> None:
    shown = cli("logs", f"{UID}:svm@iris:1").stdout
    assert "SIGSEGV" in shown
    assert "last words" in shown


@pytest.mark.parametrize(
    "what", ["nothing-1", "not:a:trial", f"{UID}:svm@iris:7"], ids=["batch", "form", "trial"]
)
def test_logs_of_nothing_are_an_error(cli: Cli, what: str) -> None:
    done = cli("logs", what)
    assert done.exit_code == 2
    assert done.stderr.startswith("error: ")


def test_pause_resume_cancel_change_the_state(cli: Cli, store: MemoryStore) -> None:
    for command, state in [
        ("pause", ExperimentState.PAUSED),
        ("resume", ExperimentState.ACTIVE),
        ("cancel", ExperimentState.CANCELLED),
    ]:
        assert cli(command, "demo").exit_code == 0
        assert store.experiments()[0].state is state
    refused = cli("resume", "demo")
    assert refused.exit_code == 3
    assert "cancelled" in refused.stderr


def test_delete_asks_and_there_is_nobody_to_answer(cli: Cli, store: MemoryStore) -> None:
    done = cli("delete", "demo")
    assert done.exit_code == 2
    assert "--yes" in done.stderr
    assert store.experiments()[0].state is ExperimentState.ACTIVE


def test_delete_with_yes_is_left_to_the_controller(cli: Cli, store: MemoryStore) -> None:
    done = cli("delete", "demo", "--yes")
    assert done.exit_code == 0
    assert "is being deleted by its controller" in done.stdout
    assert store.experiments()[0].state is ExperimentState.DELETING


@pytest.mark.parametrize(
    ("state", "code"), [(ExperimentState.COMPLETED, 0), (ExperimentState.CANCELLED, 1)]
)
def test_wait_tells_how_it_ended(
    cli: Cli, store: MemoryStore, state: ExperimentState, code: int
) -> None:
    assert store.change_state(UID, was=ExperimentState.ACTIVE, revision=1, to=state)
    assert cli("wait", "demo").exit_code == code


def test_wait_gives_up_with_124(cli: Cli) -> None:
    done = cli("wait", "demo", "--timeout", "0s")
    assert done.exit_code == 124
    assert "has not ended within 0 s" in done.stderr


def test_explain_says_what_is_going_on(cli: Cli) -> None:
    assert "demo is running: 1 batch at work, 3 of 8 trials ended" in cli("explain", "demo").stdout


def test_datasets_are_listed_as_resolved(cli: Cli) -> None:
    rows = json.loads(cli("datasets", "demo", "-o", "json").stdout)
    assert [row["name"] for row in rows] == ["iris", "wine"]
    assert rows[0]["rows"] == 150


def test_data_that_stay_elsewhere_are_listed_without_what_gives_access(
    cli: Cli, store: MemoryStore
) -> None:
    (kept,) = store.experiments()
    first, *others = kept.latest.datasets
    there = first.model_copy(update={"uri": "s3://key:secret@bucket/a.parquet?token=secret"})
    new = kept.latest.model_copy(update={"number": 2, "datasets": (there, *others)})
    assert store.append_revision(UID, was=kept.state, revision=1, new=new, to=kept.state)
    for form in ("json", "csv", "wide"):
        done = cli("datasets", "demo", "-o", form)
        assert "secret" not in done.output
        assert "bucket" in done.stdout


def test_init_never_overwrites_unasked(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "experiment.yaml"
    assert cli("init", str(path)).exit_code == 0
    path.write_text("mine")
    refused = cli("init", str(path))
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert path.read_text() == "mine"
    assert cli("init", str(path), "--force").exit_code == 0
    assert path.read_text() != "mine"


def test_schema_is_json(cli: Cli) -> None:
    assert "$schema" in json.loads(cli("schema").stdout)


def test_a_missing_document_is_one_message(cli: Cli) -> None:
    done = cli("validate", "nowhere.yaml")
    assert done.exit_code == 2
    assert "nowhere.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_parquet_holds_a_parameter_of_several_types(
    cli: Cli, store: MemoryStore, tmp_path: Path
) -> None:
    for kept, value in zip(store._kept["outcomes"].values(), ["sqrt", 0.5, None], strict=True):
        kept["parameters"]["C"] = value
    file = tmp_path / "results.parquet"
    assert cli("results", "demo", "-o", "parquet", "--output", str(file)).exit_code == 0
    assert pd.read_parquet(file)["param.C"].dropna().tolist() == ['"sqrt"', "0.5"]
