"""Everything at once on a real cluster: tpe, three folds, epochs, pruning, an image of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.images import Image
from support.installation import CONTROLLER, OVERLAYS, Installation
from support.submitted import Submitted

pytestmark = pytest.mark.timeout(1800)

BOOSTING = Image("boosting", "examples/boosting/Containerfile")
MODULES = "CROSSTRIAL_ESTIMATOR_MODULES"
TRUSTING = {MODULES: "sklearn,xgboost,lightgbm"}
RUNS = 15  # until ten of a pair have ended, four at a time, its points are the same everywhere
DOCUMENT = f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: combined}}
spec:
  dataGroups:
    classes:
      - sklearn:iris
      - sklearn:wine
      - sklearn:breast_cancer
      - {{name: blobs, source: synthetic, id: make_blobs, params: {{random_state: 1}}}}
      - {{name: moons, source: synthetic, id: make_moons, params: {{noise: 0.3, random_state: 1}}}}
      - {{name: rings, source: synthetic, id: make_circles, params: {{random_state: 1}}}}
      - {{name: mixed, source: synthetic, id: make_classification, params: {{random_state: 1}}}}
    numbers:
      - sklearn:diabetes
      - {{name: plain, source: synthetic, id: make_regression, params: {{random_state: 1}}}}
      - {{name: friedman1, source: synthetic, id: make_friedman1, params: {{random_state: 1}}}}
      - {{name: friedman2, source: synthetic, id: make_friedman2, params: {{random_state: 1}}}}
      - {{name: friedman3, source: synthetic, id: make_friedman3, params: {{random_state: 1}}}}
  modelGroups:
    all:
      - name: neighbours
        model:
          classification: sklearn.neighbors.KNeighborsClassifier
          regression: sklearn.neighbors.KNeighborsRegressor
        preprocess: {{scale: standard}}
        space: {{n_neighbors: {{distribution: int_log_uniform, min: 1, max: 30}}}}
      - name: tree
        model:
          classification: sklearn.tree.DecisionTreeClassifier
          regression: sklearn.tree.DecisionTreeRegressor
        space: {{min_samples_leaf: {{distribution: int_log_uniform, min: 1, max: 20}}}}
      - name: network
        model:
          classification: sklearn.neural_network.MLPClassifier
          regression: sklearn.neural_network.MLPRegressor
        preprocess: {{scale: standard, target: standard}}
        epochs: 8
        space:
          hidden_layer_sizes: 16
          learning_rate_init: {{distribution: log_uniform, min: 1e-5, max: 1e-1}}
      - name: descent
        model:
          classification: sklearn.linear_model.SGDClassifier
          regression: sklearn.linear_model.SGDRegressor
        preprocess: {{scale: standard, target: standard}}
        epochs: 8
        space: {{alpha: {{distribution: log_uniform, min: 1e-6, max: 1e1}}}}
      - name: xgboost
        model: {{classification: xgboost.XGBClassifier, regression: xgboost.XGBRegressor}}
        space:
          n_estimators: 20
          learning_rate: {{distribution: log_uniform, min: 0.01, max: 0.5}}
          n_jobs: 1
      - name: lightgbm
        model: {{classification: lightgbm.LGBMClassifier, regression: lightgbm.LGBMRegressor}}
        space:
          n_estimators: 20
          learning_rate: {{distribution: log_uniform, min: 0.01, max: 0.5}}
          n_jobs: 1
          verbosity: -1
  applications: {{classes: [all], numbers: [all]}}
  runsPerPair: {RUNS}
  sampler: {{kind: tpe}}
  pruner: {{kind: median, startupTrials: 2}}
  evaluation: {{outer: {{kind: kfold, folds: 3}}}}
  limits: {{parallelBatches: 2}}
  resources: {{cpu: 500m, memory: 1Gi}}
  pod: {{image: {BOOSTING.reference}}}
"""


@pytest.fixture(scope="module", autouse=True)
def _allowed(installation: Installation) -> Iterator[None]:
    """A cluster whose administrator trusts the image's libraries."""
    installation.cluster.bring(BOOSTING)
    installation.kubectl("set", "env", CONTROLLER, f"{MODULES}={TRUSTING[MODULES]}")
    installation.until_ready()
    yield
    installation.kubectl("set", "env", CONTROLLER, f"{MODULES}-")
    installation.kubectl("apply", f"--kustomize={OVERLAYS / 'test'}", namespace=None)
    installation.until_ready()


def test_a_whole_experiment_of_everything(installation: Installation, tmp_path: Path) -> None:
    combined = Submitted(installation, tmp_path, "combined")
    combined.submit(DOCUMENT, environment=TRUSTING)
    waited = installation.cli("wait", "combined", "--timeout=20m", timeout=1260)
    assert waited.returncode == 0, waited.stdout + waited.stderr

    rows = combined.rows()
    pairs = Counter((row["model"], row["dataset"]) for row in rows)
    assert len(pairs) == 12 * 6
    assert set(pairs.values()) == {RUNS}
    states = Counter(row["state"] for row in rows)
    assert states["failed"] == 0
    assert states["pruned"] > 0
    # What is drawn by the scores of others is a pair's own.
    drawn = {row["param.learning_rate"] for row in rows if row["model"] == "lightgbm"}
    assert len(drawn) > RUNS

    splits = installation.cli("results", "combined", "--splits", "-o", "csv")
    assert splits.returncode == 0, splits.stderr
    done = sum(row["state"] == "succeeded" for row in rows)
    assert splits.stdout.count(",succeeded,") >= 3 * done
    compared = installation.cli("compare", "combined")
    assert compared.returncode == 0, compared.stderr
    assert "Average ranks" in compared.stdout
    combined.delete()
