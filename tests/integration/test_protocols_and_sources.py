"""Every protocol and every source through the command line, on real data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_diabetes

from crosstrial.data.sources import resolve
from crosstrial.spec.data_sets import PackagedData
from support.arena import Arena
from support.openml_server import ANSWERS, serving

MODELS = """
  modelGroups:
    trees:
      - name: tree
        model:
          classification: sklearn.tree.DecisionTreeClassifier
          regression: sklearn.tree.DecisionTreeRegressor
        points: [default]
  applications: {all: [trees]}
  runsPerPair: 1
"""


def document(name: str, data: str, outer: str) -> str:
    return f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: {name}}}
spec:
  dataGroups:
    all: [{data}]
  evaluation: {{outer: {{{outer}}}}}
{MODELS}"""


@pytest.fixture
def server() -> Iterator[str]:
    """OpenML, and a CSV file, on this machine."""
    csv = load_diabetes(as_frame=True).frame.to_csv(index=False).encode()
    with serving({**ANSWERS, "/diabetes.csv": csv}) as url:
        yield url


def told(patch: pytest.MonkeyPatch, **variables: str) -> None:
    """Let arenas have further environment variables."""
    known = Arena.environment.fget
    assert known is not None
    patch.setattr(Arena, "environment", property(lambda arena: known(arena) | variables))


def run(arena: Arena, name: str, text: str, *arguments: str) -> list[dict[str, str]]:
    """Run a document to its end; return a row for each split of each trial."""
    arena.write(f"{name}.yaml", text)
    done = arena.cli("run", f"{name}.yaml", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    splits = arena.cli("results", name, "--splits", "-o", "json")
    assert splits.returncode == 0, splits.stderr
    rows: list[dict[str, str]] = json.loads(splits.stdout)
    assert {row["state"] for row in rows} == {"succeeded"}
    return rows


def folds(rows: list[Any], dataset: str) -> list[tuple[int, int]]:
    """The splits of a data set's tree, as repeat and fold."""
    return [
        (int(row["repeat"]), int(row["fold"]))
        for row in rows
        if (row["model"], row["dataset"]) == ("tree", dataset)
    ]


def test_time_and_a_data_file_that_stays_where_it_is(
    arena: Arena, monkeypatch: pytest.MonkeyPatch
) -> None:
    mpg = "{source: packaged, id: autoMPG6, time: Model_year}"
    large = (
        "{name: large, source: parquet, uri: large.parquet, target: Mpg, task: regression, time:"
        " Model_year}"
    )
    arena.write("small.yaml", document("mpg", mpg, "kind: time, folds: 3"))
    converted = arena.cli("convert", "small.yaml", "autoMPG6", "large.parquet")
    assert converted.returncode == 0, converted.stderr
    told(monkeypatch, CROSSTRIAL_LARGEST_UPLOAD="1Ki")
    rows = run(arena, "timed", document("timed", large, "kind: time, folds: 3"))
    assert folds(rows, "large") == [(0, 0), (0, 1), (0, 2)]
    # The baseline's error is that of the mean of what was earlier: by hand.
    assert baseline_errors(rows, "large") == pytest.approx(errors_by_hand(arena.folder))
    shown = json.loads(arena.cli("datasets", "timed", "-o", "json").stdout)
    assert shown[0]["uri"] == str(arena.folder / "large.parquet")


def baseline_errors(rows: list[Any], dataset: str) -> list[float]:
    key = "metric.test.neg_root_mean_squared_error"
    return [
        -float(row[key]) for row in rows if (row["model"], row["dataset"]) == ("baseline", dataset)
    ]


def errors_by_hand(folder: Path) -> list[float]:
    """13 years, 3 folds: test on three years each, the last fifth of those before validates."""
    table = resolve(PackagedData(name="m", source="packaged", id="autoMPG6"), folder=folder)
    year, mpg = table.frame["Model_year"].to_numpy() - 70, table.target
    errors = []
    for first in (4, 7, 10):
        train = year < first - int(np.ceil(first * 0.2))
        test = (year >= first) & (year < first + 3)
        errors.append(float(np.sqrt(np.mean((mpg[test] - mpg[train].mean()) ** 2))))
    return errors


def test_groups_from_a_package_and_from_an_address(arena: Arena, server: str) -> None:
    sets = (
        "{source: packaged, id: insurance, group: region}, {name: diabetes, source: csv, uri:"
        f" '{server}/diabetes.csv', target: target, task: regression, group: age}}"
    )
    rows = run(arena, "grouped", document("grouped", sets, "kind: groups, folds: 3, repeats: 2"))
    for dataset in ("insurance", "diabetes"):
        assert folds(rows, dataset) == [(r, f) for r in range(2) for f in range(3)]
    shown = json.loads(arena.cli("datasets", "grouped", "-o", "json").stdout)
    assert {one["name"]: one["numeric"] + one["nominal"] for one in shown} == {
        "insurance": 5,  # six columns without the region
        "diabetes": 9,
    }


def test_a_suite_of_openml_by_its_recorded_splits(
    arena: Arena, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told(monkeypatch, CROSSTRIAL_OPENML_URL=server)
    text = document("suite", "'openml-suite:334'", "kind: openml")
    arena.write("suite.yaml", text)
    checked = arena.cli("validate", "--data", "suite.yaml")
    assert "2 pairs of 1 model and 2 data sets" in checked.stdout, checked.stderr
    assert "openml-suite-334: iris-59, zoo-60" in checked.stdout
    rows = run(arena, "suite", text)
    for dataset in ("iris-59", "zoo-60"):
        assert folds(rows, dataset) == [(0, fold) for fold in range(5)]
    again = arena.cli("run", "suite.yaml")
    assert again.returncode == 0, again.stderr
    assert "nothing is left to do" in again.stdout
