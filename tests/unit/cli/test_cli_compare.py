"""`compare --report` and `--watch` on a store in memory."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crosstrial.cli.main import app
from crosstrial.client import session, store_client
from crosstrial.domain.experiment import ExperimentState
from crosstrial.store.memory import MemoryStore
from support.registered import UID, batch, outcome, record
from support.reports import Page, read_page

Cli = Callable[..., Result]
ENDED = [outcome(model, score=score) for model, score in (("forest", 0.9), ("svm", 0.8))]


@pytest.fixture
def store() -> MemoryStore:
    """A store with an active experiment, of whose two data sets one has outcomes."""
    kept = MemoryStore()
    assert kept.insert_experiment(record())
    assert kept.insert_batch(batch(0, ENDED, settled=False))
    kept.insert_outcomes(ENDED)
    settled = batch(0, ENDED, settled=True).settlement
    assert settled is not None
    assert kept.settle_batch(f"{UID}-0", settled)
    return kept


@pytest.fixture
def cli(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> Cli:
    monkeypatch.setattr(session, "open_store", lambda uri: store)
    monkeypatch.setenv("CROSSTRIAL_STORE", "mongodb://anywhere/")
    return lambda *arguments: CliRunner().invoke(app, list(arguments))


def refreshes(page: Page) -> bool:
    return "refresh" in [meta.get("http-equiv") for meta in page.all("meta")]


def test_a_report_is_written_beside_what_is_printed(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    done = cli("compare", "demo", "--report", str(path))
    assert done.exit_code == 0
    assert done.stdout == cli("compare", "demo").stdout
    assert done.stderr.strip() == f"wrote {path}"
    page = read_page(path.read_text(encoding="utf-8"))
    assert page.unbalanced == []
    assert "No verdict yet" in page.text
    assert all(name in page.text for name in ("forest", "svm", "iris", "wine"))
    assert [file.name for file in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_that_is_not_there_is_told(cli: Cli, tmp_path: Path) -> None:
    done = cli("compare", "demo", "--report", str(tmp_path / "nowhere" / "report.html"))
    assert done.exit_code == 1
    assert "No such file or directory" in done.stderr


def test_watch_refreshes_the_report_until_the_experiment_ends(
    cli: Cli, store: MemoryStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    meanwhile: list[Page] = []

    def end(_: float) -> None:
        meanwhile.append(read_page(path.read_text(encoding="utf-8")))
        was, to = ExperimentState.ACTIVE, ExperimentState.COMPLETED
        assert store.change_state(UID, was=was, revision=1, to=to)

    monkeypatch.setattr(store_client.time, "sleep", end)
    done = cli("compare", "demo", "--report", str(path), "--watch")
    assert done.exit_code == 0
    assert [refreshes(page) for page in meanwhile] == [True]
    assert not refreshes(read_page(path.read_text(encoding="utf-8")))
    # What is piped is the last comparison alone.
    assert done.stdout == cli("compare", "demo").stdout


def test_watching_one_that_was_cancelled_fails_as_watch_does(cli: Cli, store: MemoryStore) -> None:
    was, to = ExperimentState.ACTIVE, ExperimentState.CANCELLED
    assert store.change_state(UID, was=was, revision=1, to=to)
    done = cli("compare", "demo", "--watch")
    assert done.exit_code == 1
    assert "demo ended: cancelled" in done.stderr
    assert "No verdict" in done.stdout


def test_one_that_is_deleted_meanwhile_is_told(
    cli: Cli, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_client.time, "sleep", lambda _: store.delete_experiment(UID))
    done = cli("compare", "demo", "--watch")
    assert done.exit_code == 1
    assert "demo is gone" in done.stderr
