"""Registering by name through the command line: many at once, changed documents, changed data."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crosstrial.store.embedded import EmbeddedServer
from support.arena import Arena

SUBMITTERS = 8
DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: shared}
spec:
  dataGroups:
    all: ["sklearn:iris", {name: table, source: csv, uri: table.csv, target: kind}]
  modelGroups:
    all:
      - name: tree
        model: sklearn.tree.DecisionTreeClassifier
        space: {max_depth: {distribution: int_uniform, min: 1, max: 9}}
  applications: {all: [all]}
  runsPerPair: 2
"""
TABLE = "size,kind\n" + "".join(f"{n},{'odd' if n % 2 else 'even'}\n" for n in range(40))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[str]:
    server = EmbeddedServer(tmp_path / "server")
    yield server.acquire()
    server.release()


@pytest.fixture
def submitted(arena: Arena, store: str) -> Arena:
    """A user's folder whose document is registered."""
    arena.write("table.csv", TABLE)
    arena.write("shared.yaml", DOCUMENT)
    done = arena.cli("submit", "shared.yaml", "--store", store)
    assert done.returncode == 0, done.stderr
    return arena


def test_eight_submissions_at_once_are_one_experiment(arena: Arena, store: str) -> None:
    arena.write("table.csv", TABLE)
    arena.write("shared.yaml", DOCUMENT)
    with ThreadPoolExecutor(SUBMITTERS) as pool:
        running = [
            pool.submit(arena.cli, "submit", "shared.yaml", "--store", store)
            for _ in range(SUBMITTERS)
        ]
        done = [one.result() for one in running]
    assert [one.returncode for one in done] == [0] * SUBMITTERS, [one.stderr for one in done]
    created = [one for one in done if "registered already" not in one.stdout]
    assert len(created) == 1
    assert arena.cli("list", "-o", "name", "--store", store).stdout == "shared\n"


def test_the_same_again_changes_nothing_and_says_so(submitted: Arena, store: str) -> None:
    again = submitted.cli("submit", "shared.yaml", "--store", store)
    assert again.returncode == 0
    assert "nothing has changed" in again.stdout


def test_a_changed_document_is_refused_with_the_difference(submitted: Arena, store: str) -> None:
    submitted.write("shared.yaml", DOCUMENT.replace("max: 9", "max: 12"))
    for update in ([], ["--update"]):
        refused = submitted.cli("submit", "shared.yaml", "--store", store, *update)
        assert refused.returncode == 3
        assert "max_depth" in refused.stderr
        assert "9 -> 12" in refused.stderr
        assert "new name" in refused.stderr


def test_data_that_changed_meanwhile_are_refused(submitted: Arena, store: str) -> None:
    submitted.write("table.csv", TABLE.replace("7,odd", "7.5,odd"))
    refused = submitted.cli("submit", "shared.yaml", "--store", store)
    assert refused.returncode == 3
    assert "data set table has other content" in refused.stderr
