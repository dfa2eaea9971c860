"""Training by epochs and early stopping through the command line, on real data, in local mode."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable

import pytest

from crosstrial.domain.curve import scored_epochs
from crosstrial.spec.epochs import (
    HyperbandPruner,
    MedianPruner,
    Pruner,
    SuccessiveHalvingPruner,
)
from crosstrial_trial.pruning import Run, is_pruned
from support.arena import Arena, arena

__all__ = ["arena"]

EPOCHS = 9
RUNS = 12
SCORE = "metric.validation.balanced_accuracy"
# One batch after the pilot, one trial at a time: then what a trial has met is what came before it.
DOCUMENT = """\
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: demo}}
spec:
  dataGroups: {{small: ["sklearn:iris"]}}
  modelGroups:
    networks:
      - name: network
        model: sklearn.neural_network.MLPClassifier
        epochs: 9
        preprocess: {{scale: standard}}
        space:
          hidden_layer_sizes: 8
          learning_rate_init: {{distribution: log_uniform, min: 1e-5, max: 1}}
{others}  applications: {{small: [networks]}}
  runsPerPair: {runs}
  pruner: {pruner}
  evaluation: {{outer: {{kind: kfold, folds: 2}}}}
  limits: {{parallelBatches: 1}}
"""
# One for each other way to be trained.
OTHERS = """\
      - name: boosting
        model: sklearn.ensemble.GradientBoostingClassifier
        epochs: 9
        space: {learning_rate: {distribution: log_uniform, min: 0.01, max: 1}}
      - name: ada
        model: sklearn.ensemble.AdaBoostClassifier
        epochs: 9
        space: {learning_rate: {distribution: log_uniform, min: 0.01, max: 0.1}}
"""
PRUNERS: dict[str, tuple[str, Pruner]] = {
    "median": ("{kind: median, startupTrials: 3}", MedianPruner(kind="median", startup_trials=3)),
    "halving": (
        "{kind: successiveHalving, reductionFactor: 3}",
        SuccessiveHalvingPruner(kind="successiveHalving", reduction_factor=3),
    ),
    "hyperband": (
        "{kind: hyperband, reductionFactor: 2}",
        HyperbandPruner(kind="hyperband", reduction_factor=2),
    ),
}


def table(text: str) -> list[dict[str, str]]:
    return [row for row in csv.DictReader(io.StringIO(text)) if row["model"] != "baseline"]


def by_epochs(arena: Arena) -> list[dict[str, str]]:
    done = arena.cli("results", "demo", "--epochs", "-o", "csv")
    assert done.returncode == 0, done.stderr
    return table(done.stdout)


def first_split(rows: Iterable[dict[str, str]]) -> dict[int, list[float]]:
    """Return each trial's validation scores on the first split."""
    curves: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        if row["fold"] == "0":
            curves[int(row["index"])].append(float(row[SCORE]))
    return dict(sorted(curves.items()))


def run(arena: Arena, pruner: str, runs: int = RUNS, others: str = "") -> None:
    text = DOCUMENT.format(pruner=pruner, runs=runs, others=others)
    arena.write("demo.yaml", text)
    done = arena.cli("run", "demo.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", PRUNERS)
def test_trials_are_pruned_by_the_curves_of_those_before(arena: Arena, name: str) -> None:
    text, pruner = PRUNERS[name]
    run(arena, text)
    rows = by_epochs(arena)
    states = {int(row["index"]): row["state"] for row in rows}
    assert len(states) == RUNS, "a pruned trial is a run"
    assert set(states.values()) == {"succeeded", "pruned"}
    ended: list[Run] = []
    for index, values in first_split(rows).items():
        epochs = scored_epochs(1, EPOCHS)
        judged = [
            is_pruned(pruner, Run(index, tuple(values[:n])), ended, epochs, pair="network@iris")
            for n in range(1, len(values) + 1)
        ]
        complete = states[index] == "succeeded"
        assert judged == [False] * (len(values) - (not complete)) + [True] * (not complete)
        ended.append(Run(index, tuple(values), complete))
    pruned = [index for index, state in states.items() if state == "pruned"]
    assert {row["fold"] for row in rows if int(row["index"]) in pruned} == {"0"}
    (pair,) = arena.status("demo")["pairs"]
    assert (pair["succeeded"], pair["failed"]) == (RUNS - len(pruned), 0)
    assert pair["pruned"] == len(pruned)
    listed = arena.cli("trials", "demo", "--state", "pruned", "-o", "name").stdout
    assert {int(trial.rpartition(":")[2]) for trial in listed.split()} == set(pruned)


def test_every_epoch_is_kept_and_the_best_by_validation_is_reported(arena: Arena) -> None:
    run(arena, "{kind: none}", runs=3, others=OTHERS)
    splits: dict[tuple[str, ...], list[dict[str, str]]] = defaultdict(list)
    for row in by_epochs(arena):
        splits[row["model"], row["index"], row["fold"]].append(row)
    assert len(splits) == 3 * 3 * 2
    both = arena.cli("results", "demo", "--epochs", "--splits")
    assert (both.returncode, "choose one" in both.stderr) == (2, True)
    done = arena.cli("results", "demo", "--splits", "-o", "csv")
    final = {(row["model"], row["index"], row["fold"]): row for row in table(done.stdout)}
    for place, epochs in splits.items():
        assert [int(row["epoch"]) for row in epochs] == list(range(1, EPOCHS + 1))
        (reported,) = (row for row in epochs if row["reported"] == "True")
        best = max(float(row[SCORE]) for row in epochs)
        first = next(row for row in epochs if float(row[SCORE]) == best)
        assert reported == first
        for part in ("train", "validation", "test"):
            name = f"metric.{part}.balanced_accuracy"
            assert float(reported[name]) == pytest.approx(float(final[place][name]), rel=1e-6)


def test_a_document_that_cannot_be_trained_by_epochs_is_refused(arena: Arena) -> None:
    text = DOCUMENT.format(pruner="{kind: none}", runs=1, others="")
    arena.write("demo.yaml", text.replace("neural_network.MLPClassifier", "svm.SVC"))
    done = arena.cli("run", "demo.yaml")
    assert done.returncode == 2
    assert "demo.yaml:10:17" in done.stderr
    assert "SVC cannot be trained by epochs" in done.stderr
