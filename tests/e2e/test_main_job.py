"""The main job in a cluster: submitted from outside, run as Jobs, told truly by the store."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest

from crosstrial.domain.pair import Pair
from crosstrial.spec.load import load_file
from support.arena import Arena, wait_for
from support.installation import Installation
from support.stuck import Stuck

pytestmark = pytest.mark.timeout(1800)

DOCUMENT = Path(__file__).parents[1] / "support" / "main_job.yaml"
NAME, RUNS, LONGEST_SECONDS = "main-job", 10, 600.0


@pytest.fixture(scope="module")
def seen() -> dict[str, dict[str, Any]]:
    """The Jobs of the run by uid, as they were seen while it went on; settled ones are deleted."""
    return {}


@pytest.fixture(scope="module")
def rows(
    installation: Installation, stuck: Stuck, seen: dict[str, dict[str, Any]]
) -> list[dict[str, str]]:
    """The results of one run of the document in the cluster, beside what cannot start there."""
    assert stuck
    installation.cli("delete", NAME, "--yes")
    wait_for(lambda: NAME not in _names(installation), "nothing of an earlier run is left")
    submitted = installation.cli("submit", str(DOCUMENT))
    assert submitted.returncode == 0, submitted.stderr

    def has_completed() -> bool:
        seen.update({job["metadata"]["uid"]: job for job in installation.jobs(NAME)})
        return bool(_status(installation)["state"] == "completed")

    wait_for(has_completed, "the run has completed", LONGEST_SECONDS)
    printed = installation.cli("results", NAME, "-o", "csv")
    assert printed.returncode == 0, printed.stderr
    return list(csv.DictReader(io.StringIO(printed.stdout)))


def _names(installation: Installation) -> list[str]:
    return installation.cli("list", "-o", "name").stdout.split()


def _status(installation: Installation) -> dict[str, Any]:
    done = installation.cli("status", NAME, "-o", "json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_every_trial_of_the_document_has_one_outcome(rows: list[dict[str, str]]) -> None:
    document = load_file(DOCUMENT)
    pairs = [Pair(m, d) for m in document.models() for d in document.data_sets()]
    wanted = [(*pair, index) for pair in pairs for index in range(RUNS)]
    wanted += [("baseline", dataset, 0) for dataset in document.data_sets()]
    ended = [(row["model"], row["dataset"], int(row["index"])) for row in rows]
    assert sorted(ended) == sorted(wanted)
    assert {row["state"] for row in rows} == {"succeeded"}
    assert len(rows) == 240 + 6


def test_it_ran_beside_experiments_that_cannot_start(
    rows: list[dict[str, str]], stuck: Stuck
) -> None:
    assert rows
    for waiting in stuck.by_name.values():
        status = waiting.status()
        assert (status["state"], status["ended"]) == ("active", 0)


def test_parameters_are_what_sample_draws(
    installation: Installation, rows: list[dict[str, str]]
) -> None:
    for model in load_file(DOCUMENT).models():
        done = installation.cli("sample", str(DOCUMENT), model, "-n", str(RUNS), "-o", "json")
        drawn = json.loads(done.stdout)
        for row in (row for row in rows if row["model"] == model):
            for name, value in drawn[int(row["index"])].items():
                told = row[f"param.{name}"]
                assert told == value if isinstance(value, str) else float(told) == value


def test_scores_are_those_of_local_mode(rows: list[dict[str, str]], arena: Arena) -> None:
    done = arena.cli("run", str(DOCUMENT), timeout=LONGEST_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    local = {_key(row): row for row in arena.rows(NAME)}
    assert len(local) == len(rows)
    metrics = [column for column in rows[0] if column.startswith("metric.")]
    assert metrics
    for row in rows:
        for metric in metrics:
            assert _same(row[metric], local[_key(row)][metric]), (_key(row), metric)


def _key(row: dict[str, str]) -> tuple[str, str, str]:
    return row["model"], row["dataset"], row["index"]


def _same(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    return math.isclose(float(one), float(other), rel_tol=0.0, abs_tol=1e-12)


def test_every_batch_was_one_job_on_one_data_set(
    installation: Installation, rows: list[dict[str, str]], seen: dict[str, dict[str, Any]]
) -> None:
    with installation.client() as client:
        uid = client.experiment(NAME).uid
        batches = client.store.batches(uid, client.store.batch_states(uid))
        starts = {batch.id: client.store.start(batch.id) for batch in batches}
        by_batch = {batch.id: client.store.outcomes_of_batch(batch.id) for batch in batches}
    assert sum(map(len, by_batch.values())) == len(rows)
    for batch in batches:
        assert {outcome.dataset for outcome in by_batch[batch.id]} == {batch.dataset}
        start = starts[batch.id]
        assert start is not None
        assert {outcome.pod for outcome in by_batch[batch.id]} == {start.pod}
    names = [job["metadata"]["name"] for job in seen.values()]
    assert len(names) == len(set(names)) > 0
    assert set(names) <= {f"crosstrial-{batch.id}" for batch in batches}


def test_trial_pods_have_neither_a_token_nor_the_clusters_environment(
    rows: list[dict[str, str]], seen: dict[str, dict[str, Any]]
) -> None:
    assert rows
    for job in seen.values():
        pod = job["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False
        assert pod["enableServiceLinks"] is False
        environment = {entry["name"] for entry in pod["containers"][0]["env"]}
        assert not {name for name in environment if name.startswith("KUBERNETES")}


def test_deleted_it_leaves_nothing_and_its_name_is_free(
    installation: Installation, rows: list[dict[str, str]]
) -> None:
    assert rows
    assert installation.cli("delete", NAME, "--yes").returncode == 0
    wait_for(lambda: NAME not in _names(installation), "the experiment is gone")
    assert installation.jobs(NAME) == []
    assert installation.pods(NAME) == []
