"""Configurations that fail by their own doing, through the whole of a run."""

from __future__ import annotations

from collections import Counter

from support.arena import Arena

DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: failing}
spec:
  dataGroups: {all: ["sklearn:iris"]}
  modelGroups:
    all:
      - name: unlucky
        model: support.misbehaving.Misbehaving
        points: [{deed: fail}, {deed: crash}, {deed: hang}, {deed: allocate}]
        space: {keep: 0}
      - name: hopeless
        model: support.misbehaving.Misbehaving
        space: {deed: fail}
  applications: {all: [all]}
  runsPerPair: 3
  evaluation: {failures: replace}
  limits: {trialSeconds: 3, failuresPerPair: 5}
  resources: {memory: 448Mi, maxMemory: 448Mi}
"""


def test_replaced_failures_still_end_in_runs_or_an_exhausted_pair(arena: Arena) -> None:
    arena.write("failing.yaml", DOCUMENT)
    done = arena.cli("run", "failing.yaml")
    assert done.returncode == 0, done.stdout + done.stderr

    rows = [row for row in arena.rows("failing") if row["model"] == "unlucky"]
    ended = {int(row["index"]): row["cause"] or row["state"] for row in rows}
    assert [ended[index] for index in range(4)] == [
        "estimator_error",
        "crashed",
        "timeout",
        "out_of_memory",
    ]
    assert Counter(row["state"] for row in rows) == {"failed": 4, "succeeded": 3}

    pairs = {pair["model"]: pair for pair in arena.status("failing")["pairs"]}
    assert pairs["unlucky"]["state"] == "done"
    assert pairs["hopeless"]["state"] == "exhausted"
    assert pairs["hopeless"]["succeeded"] == 0
    # No failure is hidden, and the survivors are called what they are.
    failed = sum(pair["failed"] for pair in pairs.values())
    assert f"failures: {failed} trials" in done.stdout
    assert "selected survivors" in done.stdout
    assert "Stopped by failuresPerPair" in done.stdout
