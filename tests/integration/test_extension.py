"""A document that grows in every way at once: exactly the trials that are missing are run."""

from __future__ import annotations

import json
from itertools import product
from typing import Any

from support.arena import Arena

DATASETS = ["iris", "wine", "breast_cancer", "pima", "ionosphere", "australian"]
MODELS = {
    "tree": ("tree.DecisionTreeClassifier", {"max_depth": (1, 20)}),
    "neighbours": ("neighbors.KNeighborsClassifier", {"n_neighbors": (1, 20)}),
    "extra": ("tree.ExtraTreeClassifier", {"max_depth": (1, 20)}),
    "stump": ("tree.DecisionTreeClassifier", {"min_samples_leaf": (1, 20)}),
    "forest": ("ensemble.RandomForestClassifier", {"n_estimators": (2, 6)}),
}


def _document(datasets: int, models: int, runs: int) -> str:
    packaged = [
        f"sklearn:{name}" if place < 3 else f"packaged:{name}"
        for place, name in enumerate(DATASETS[:datasets])
    ]
    document: dict[str, Any] = {
        "apiVersion": "crosstrial/v1",
        "kind": "Experiment",
        "metadata": {"name": "growing"},
        "spec": {
            "dataGroups": {"all": packaged},
            "modelGroups": {"all": [_model(name) for name in list(MODELS)[:models]]},
            "applications": {"all": ["all"]},
            "runsPerPair": runs,
        },
    }
    return json.dumps(document)


def _model(name: str) -> dict[str, Any]:
    path, bounds = MODELS[name]
    space = {
        parameter: {"distribution": "int_uniform", "min": low, "max": high}
        for parameter, (low, high) in bounds.items()
    }
    return {"name": name, "model": f"sklearn.{path}", "space": space}


def _expected(datasets: int, models: int, runs: int) -> list[tuple[str, str, int]]:
    return sorted(product(list(MODELS)[:models], DATASETS[:datasets], range(runs)))


def _decided(arena: Arena) -> dict[str, tuple[str, str]]:
    """Return when each trial ended and at which attempt: a trial run again would differ."""
    return {row["trial"]: (row["finished"], row["attempt"]) for row in arena.rows("growing")}


def test_an_extension_adds_exactly_the_missing_trials(arena: Arena) -> None:
    arena.write("growing.json", _document(4, 4, 10))
    done = arena.cli("run", "growing.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert arena.trials("growing") == _expected(4, 4, 10)
    before = _decided(arena)

    arena.write("growing.json", _document(6, 5, 15))
    refused = arena.cli("run", "growing.json")
    assert refused.returncode == 3
    assert "runsPerPair: 10 -> 15" in refused.stderr
    extended = arena.cli("run", "growing.json", "--update")
    assert extended.returncode == 0, extended.stdout + extended.stderr
    assert arena.trials("growing") == _expected(6, 5, 15)
    after = _decided(arena)
    assert {trial: after[trial] for trial in before} == before
