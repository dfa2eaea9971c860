"""Data larger than a document of the store: from outside the cluster into pods with no way out."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest

from crosstrial.data.sources import resolve
from crosstrial.spec.data_sets import CsvData, PackagedData
from support.arena import wait_for
from support.installation import TRIALS, Installation

pytestmark = pytest.mark.timeout(1200)

NAME = "large-data"
MEGABYTES = {"fifty": 50, "seventeen": 17}
DOCUMENT = f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: {NAME}}}
spec:
  dataGroups:
    large:
      - {{name: fifty, source: csv, uri: fifty.csv, target: RMSD}}
      - {{name: seventeen, source: csv, uri: seventeen.csv, target: RMSD}}
  modelGroups:
    trees:
      - name: tree
        model: sklearn.tree.DecisionTreeRegressor
        space: {{max_depth: {{distribution: int_uniform, min: 2, max: 4}}}}
  applications: {{large: [trees]}}
  runsPerPair: 2
"""


def widened(real: pd.DataFrame) -> Iterator[tuple[str, pd.Series]]:
    """Columns made of real ones: as they are, then products, then ratios."""
    yield from real.items()
    for left, right in combinations(real.columns, 2):
        yield f"{left} x {right}", real[left] * real[right]
    for left, right in combinations(real.columns, 2):
        yield f"{left} to {right}", real[left] / (1 + real[right].abs())


def write_csv(path: Path, megabytes: int) -> None:
    """Write casp (45,730 rows) with as many columns as make a file of this size."""
    table = resolve(PackagedData(name="c", source="packaged", id="casp"), folder=path.parent)
    columns = {"RMSD": pd.Series(table.target)}
    size = 0
    for name, values in widened(table.frame):
        columns[name] = values
        size += int(values.map(repr).str.len().sum()) + len(values)
        if size > megabytes * 1_000_000:
            break
    pd.DataFrame(columns).to_csv(path, index=False)
    assert path.stat().st_size >= megabytes * 1_000_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's folder with the document and both files."""
    place = tmp_path_factory.mktemp("large")
    for name, megabytes in MEGABYTES.items():
        write_csv(place / f"{name}.csv", megabytes)
    (place / "large.yaml").write_text(DOCUMENT)
    return place


def test_both_are_submitted_from_outside_and_used_in_pods(
    installation: Installation, folder: Path
) -> None:
    assert installation.get("networkpolicies", namespace=TRIALS), "pods have a way out"
    installation.cli("delete", NAME, "--yes")
    submitted = installation.cli("submit", str(folder / "large.yaml"), timeout=400)
    assert submitted.returncode == 0, submitted.stderr
    wait_for(lambda: state(installation) == "completed", "the run has completed", 600)

    rows = list(csv.DictReader(io.StringIO(installation.cli("results", NAME, "-o", "csv").stdout)))
    assert {row["state"] for row in rows} == {"succeeded"}, rows
    trials = sorted((row["dataset"], row["model"], row["index"]) for row in rows)
    assert trials == sorted(
        (name, model, str(index))
        for name in MEGABYTES
        for model, index in (("baseline", 0), ("tree", 0), ("tree", 1))
    )
    # What the pods trained on is what is in the files.
    listed = json.loads(installation.cli("datasets", NAME, "-o", "json").stdout)
    here = CsvData(name="s", source="csv", uri="seventeen.csv", target="RMSD")
    assert {one["name"]: one["digest"] for one in listed}["seventeen"] == (
        resolve(here, folder=folder).digest
    )
    assert {one["rows"] for one in listed} == {45_730}


def state(installation: Installation) -> str:
    done = installation.cli("status", NAME, "-o", "json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["state"])
