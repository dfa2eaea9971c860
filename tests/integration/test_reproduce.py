"""A trial run again, of a class or of a program: the same scores, the same failure."""

from __future__ import annotations

import json
import sys

from support import centroids
from support.arena import Arena

DOCUMENT = f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: again}}
spec:
  dataGroups: {{all: ["sklearn:wine"]}}
  modelGroups:
    all:
      - name: forest
        model: sklearn.ensemble.RandomForestClassifier
        space: {{n_estimators: {{distribution: int_uniform, min: 3, max: 9}}}}
      - name: program
        model: {{command: ["{sys.executable}", "{centroids.__file__}"]}}
        epochs: 3
        space: {{shrink: {{distribution: float_uniform, min: 0.0, max: 0.9}}}}
      - {{name: broken, model: sklearn.svm.SVC, space: {{kernel: precomputed}}}}
  applications: {{all: [all]}}
  runsPerPair: 1
  evaluation: {{outer: {{kind: kfold, folds: 2}}}}
"""


def test_trials_come_to_the_same_again(arena: Arena) -> None:
    arena.write("again.yaml", DOCUMENT)
    done = arena.cli("run", "again.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["model"]: row for row in arena.rows("again")}
    states = {model: row["state"] for model, row in rows.items()}
    assert states == {
        "baseline": "succeeded",
        "forest": "succeeded",
        "program": "succeeded",
        "broken": "failed",
    }
    # The program has as many scores again for each of its three epochs.
    for model, scores in (("forest", 2 * 3), ("program", 2 * 3 * 4)):
        same = arena.cli("reproduce", rows[model]["trial"], "-o", "json")
        assert same.returncode == 0, same.stdout + same.stderr
        report = json.loads(same.stdout)
        assert report["versions"] == []
        assert len(report["scores"]) == scores
        assert all(score["difference"] == 0 for score in report["scores"])
    failed = arena.cli("reproduce", rows["broken"]["trial"])
    assert failed.returncode == 0, failed.stdout + failed.stderr
    assert "failed (estimator_error) ValueError" in failed.stdout
    assert arena.processes() == []
