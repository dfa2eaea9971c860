"""Several searches of a pair from the command line, in local mode, on real data."""

from __future__ import annotations

import json
from collections import defaultdict
from statistics import fmean
from typing import Any

import pytest
from scipy import stats

from support.arena import Arena

SEARCHES, RUNS = 3, 4
DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: searched}
spec:
  dataGroups: {all: ["sklearn:wine"]}
  modelGroups:
    all:
      - name: bayes
        model: sklearn.naive_bayes.GaussianNB
        points: [default]
        space: {var_smoothing: {distribution: log_uniform, min: 1e-10, max: 1}}
      - name: tree
        model: sklearn.tree.DecisionTreeClassifier
        space: {min_impurity_decrease: {distribution: log_uniform, min: 1e-4, max: 0.3}}
  applications: {all: [all]}
  runsPerPair: 4
  searches: 3
  sampler: {kind: tpe}
  limits: {parallelBatches: 1}
"""
PARAMETERS = {"bayes": "var_smoothing", "tree": "min_impurity_decrease"}
SCORE = "metric.{}.balanced_accuracy"


def by_search(rows: list[dict[str, str]], model: str) -> dict[int, list[dict[str, str]]]:
    found: dict[int, list[dict[str, str]]] = defaultdict(list)
    for row in rows:
        if row["model"] == model:
            found[int(row["search"])].append(row)
    return found


def chosen(rows: list[dict[str, str]]) -> float:
    best = max(rows, key=lambda r: (float(r[SCORE.format("validation")]), -int(r["index"])))
    return float(best[SCORE.format("test")])


def compared(arena: Arena) -> dict[str, Any]:
    done = arena.cli("compare", "searched", "-o", "json", "--report", "report.html")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_each_search_is_of_its_own_and_their_mean_has_an_interval(arena: Arena) -> None:
    arena.write("searched.yaml", DOCUMENT)
    done = arena.cli("run", "searched.yaml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{RUNS} runs in each of {SEARCHES} searches: 24 trials" in done.stdout
    assert {pair["wanted"] for pair in arena.status("searched")["pairs"]} == {SEARCHES * RUNS}

    rows, comparison = arena.rows("searched"), compared(arena)
    cells = {cell["model"]: cell for cell in comparison["cells"]}
    curves = {curve["model"]: curve for curve in comparison["curves"]["pairs"]}
    assert comparison["curves"]["order"] == "realised"
    assert comparison["curves"]["searches"] == SEARCHES
    for model, parameter in PARAMETERS.items():
        found = by_search(rows, model)
        assert {search: len(own) for search, own in found.items()} == dict.fromkeys(range(3), RUNS)
        drawn = [[row[f"param.{parameter}"] for row in own] for own in found.values()]
        assert len({*drawn[0], *drawn[1], *drawn[2]} - {""}) == SEARCHES * (
            RUNS - (model == "bayes")
        )
        tuned = [chosen(own) for own in found.values()]
        assert [search["tuned"] for search in cells[model]["searches"]] == pytest.approx(tuned)
        assert cells[model]["tuned"] == pytest.approx(fmean(tuned))
        after_three = [chosen(own[:3]) for own in found.values()]
        assert curves[model]["scores"][2] == pytest.approx(fmean(after_three))
        error = stats.sem(after_three) * stats.t.ppf(0.975, SEARCHES - 1)
        band = curves[model]["scores_band"]
        ends = (band["lower"][2], band["upper"][2])
        assert ends == pytest.approx((fmean(after_three) - error, fmean(after_three) + error))
        assert len(band["lower"]) == len(band["upper"]) == RUNS
    page = (arena.folder / "report.html").read_text()
    assert "averaged over 3 independent searches" in page

    arena.write("searched.yaml", DOCUMENT.replace("searches: 3", "searches: 4"))
    done = arena.cli("run", "searched.yaml", "--update")
    assert done.returncode == 3
    assert "spec.searches: 3 -> 4" in done.stderr
