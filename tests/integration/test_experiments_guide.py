"""The guide to experiments: it tells of every key, and its examples run as they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crosstrial import Client
from crosstrial.decide.coverage import coverage_mistakes
from crosstrial.domain.experiment import ExperimentState
from crosstrial.spec.document import Experiment
from crosstrial.spec.load import parse_document
from crosstrial.spec.schema import json_schema

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "experiments.md").read_text()
DOCUMENTS = re.findall(r"```yaml\n(apiVersion:.*?)```", GUIDE, flags=re.DOTALL)
# These need files and servers of the reader's; `test_protocols_and_sources` has their like.
ELSEWHERE = ("sources", "by-openml")
MOST_RUNS = 3


def _experiments() -> Iterator[Any]:
    for text in DOCUMENTS:
        experiment = parse_document(text, "guide").experiment
        if experiment.metadata.name not in ELSEWHERE:
            yield pytest.param(experiment, id=experiment.metadata.name)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One state folder for all of them."""
    with Client(home=tmp_path_factory.mktemp("guide") / "home") as opened:
        yield opened


def _shortened(experiment: Experiment) -> Experiment:
    """Ask for fewer runs, but of a grid, which has to be whole."""
    spec = experiment.spec
    if spec.sampler.kind == "grid":
        return experiment
    runs = min(spec.runs_per_pair, MOST_RUNS)
    fewer = spec.model_copy(update={"runs_per_pair": runs})
    return experiment.model_copy(update={"spec": fewer})


@pytest.mark.parametrize("experiment", list(_experiments()))
def test_an_example_runs(client: Client, experiment: Experiment) -> None:
    shortened = _shortened(experiment)
    running = client.submit(shortened)
    status = running.wait(progress=False)
    assert status.record.state is ExperimentState.COMPLETED
    results = running.results()
    assert set(results["model"]) == {"baseline", *shortened.models()}
    assert "failed" not in set(results["state"])


def test_every_key_is_told_of() -> None:
    keys = {key for node in json_schema()["$defs"].values() for key in node.get("properties", {})}
    assert len(keys) > 60
    told = {key for key in keys if re.search(rf"`([\w.]+\.)?{key}[`:]|\b{key}: ", GUIDE)}
    assert keys - told == set()


def test_the_whole_grid_is_covered_by_as_many_runs_as_the_guide_says() -> None:
    (grid,) = (text for text in DOCUMENTS if "kind: grid" in text)
    smaller = parse_document(grid.replace("runsPerPair: 20", "runsPerPair: 19"), "grid.yaml")
    (mistake,) = coverage_mistakes(smaller.experiment)
    assert "has 20 configurations" in str(mistake)
