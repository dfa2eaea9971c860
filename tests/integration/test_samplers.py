"""Each sampler from the command line, in local mode, on real data."""

from __future__ import annotations

import csv
import io
import itertools
import json
import signal
from typing import Any

import pytest

from crosstrial.client.local import LocalMode
from crosstrial.decide.tpe import MOST_PENDING, STARTUP, suggestion
from crosstrial.domain.batch import Batch
from crosstrial.spec.load import load_file
from support.arena import Arena, wait_for
from support.used import in_ranges

DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: sampled}}
spec:
  dataGroups: {{all: ["sklearn:iris", "sklearn:wine"]}}
  modelGroups:
    all:
      - name: tree
        model: sklearn.tree.DecisionTreeClassifier
        points: [default]
        space:
          max_depth: {{distribution: int_uniform, min: 1, max: 3}}
          criterion: {{distribution: categorical, values: [gini, entropy]}}
      - name: bayes
        model: sklearn.naive_bayes.GaussianNB
        space: {{var_smoothing: {{distribution: log_uniform, min: 1e-10, max: 1}}}}
  applications: {{all: [all]}}
  runsPerPair: 9
  sampler: {sampler}
"""
TREES = {("", "")} | {(str(d), c) for d, c in itertools.product((1, 2, 3), ("gini", "entropy"))}
SEARCH = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: search}
spec:
  seed: 3
  dataGroups: {all: ["sklearn:iris"]}
  modelGroups:
    all:
      - name: bayes
        model: sklearn.naive_bayes.GaussianNB
        points: [default]
        space: {var_smoothing: {distribution: log_uniform, min: 1e-10, max: 1}}
  applications: {all: [all]}
  runsPerPair: 24
  sampler: {kind: tpe}
  evaluation:
    metrics: {classification: [neg_log_loss, balanced_accuracy]}
"""


def sampled(arena: Arena, model: str) -> list[dict[str, str]]:
    done = arena.cli("sample", "sampled.yaml", model, "-n", "20", "-o", "csv")
    assert done.returncode == 0, done.stderr
    return list(csv.DictReader(io.StringIO(done.stdout)))


@pytest.mark.parametrize("kind", ["grid", "sobol", "halton"])
def test_every_pair_gets_the_points_that_sample_shows_none_twice(arena: Arena, kind: str) -> None:
    sampler = "{kind: grid, levels: 4}" if kind == "grid" else f"{{kind: {kind}}}"
    arena.write("sampled.yaml", DOCUMENT.format(sampler=sampler))
    done = arena.cli("run", "sampled.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    trials = 2 * (len(TREES) + (4 if kind == "grid" else 9))
    assert f"up to 9 runs each: {trials} trials" in done.stdout

    rows, shown = arena.rows("sampled"), sampled(arena, "bayes")
    for dataset in ("iris", "wine"):
        trees = [r for r in rows if (r["model"], r["dataset"]) == ("tree", dataset)]
        found = [(r["param.max_depth"], r["param.criterion"]) for r in trees]
        assert len(found) == len(TREES)
        assert set(found) == TREES
        bayes = [r for r in rows if (r["model"], r["dataset"]) == ("bayes", dataset)]
        expected = [float(r["var_smoothing"]) for r in shown[: len(bayes)]]
        assert [float(r["param.var_smoothing"]) for r in bayes] == expected
        assert len(set(expected)) == (4 if kind == "grid" else 9)

    status = arena.status("sampled")
    assert {pair["state"] for pair in status["pairs"]} == {"done"}
    said = {condition["type"]: condition for condition in status["conditions"]}
    assert said["SpaceExhausted"]["status"] == "True"
    assert "tree (7)" in said["SpaceExhausted"]["message"]


def batches(arena: Arena) -> list[Batch]:
    """What was planned for the search, from the store of its state folder."""
    with LocalMode(arena.home) as mode:
        record = mode.store.experiment("search")
        assert record is not None
        return mode.store.batches(record.uid, range(1000))


def scores(rows: list[dict[str, Any]]) -> dict[int, float]:
    own = [row for row in rows if row["model"] == "bayes"]
    return {int(r["index"]): float(r["metric.validation.neg_log_loss"]) for r in own}


def test_a_search_that_was_killed_half_way_goes_on_as_it_would_have(arena: Arena) -> None:
    path = arena.write("search.yaml", SEARCH)
    running = arena.start("run", "search.yaml")
    wait_for(lambda: ended(arena) >= 12, "half of the trials have ended")
    running.send_signal(signal.SIGKILL)
    running.wait()
    done = arena.cli("run", "search.yaml")
    assert done.returncode == 0, done.stdout + done.stderr

    found = scores(arena.rows("search"))
    assert found.keys() == set(range(24))
    lines = [entry for batch in batches(arena) for entry in batch.manifest]
    first = {e.index: e for e in lines if e.model == "bayes" and e.attempt == 1}
    model = load_file(path).models()["bayes"]
    for index, entry in first.items():
        used = in_ranges(entry.used)
        assert index - len(used) < MOST_PENDING
        again = suggestion(
            model,
            seed=3,
            dataset="iris",
            index=index,
            earlier={known: first[known].parameters for known in range(index)},
            scores={known: found[known] for known in used},
        )
        assert again == entry.parameters
    assert len(in_ranges(first[23].used)) >= STARTUP


def ended(arena: Arena) -> int:
    """Return how many trials have ended; none before the store is there."""
    done = arena.cli("status", "search", "-o", "json")
    if done.returncode:
        return 0
    pairs = json.loads(done.stdout)["pairs"]
    return sum(pair["succeeded"] + pair["failed"] for pair in pairs)
