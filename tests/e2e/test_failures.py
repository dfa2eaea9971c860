"""Configurations that fail by their own doing in a cluster, beside good ones of the same batch."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.images import Image
from support.arena import CLI, TESTS, wait_for
from support.installation import CONTROL, CONTROLLER, Installation

pytestmark = pytest.mark.timeout(1800)

IMAGE = Image("misbehaving", "tests/e2e/misbehaving/Containerfile")
MODULES = "CROSSTRIAL_ESTIMATOR_MODULES"
LONGEST_SECONDS = 300.0
DEEDS = {
    "fail": "estimator_error",
    "crash": "crashed",
    "hang": "timeout",
    "allocate": "out_of_memory",
}
DOCUMENT = f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: failing}}
spec:
  dataGroups: {{all: ["sklearn:iris"]}}
  modelGroups:
    all:
      - name: unlucky
        model: support.misbehaving.Misbehaving
        points: [default, {", ".join(f"{{deed: {deed}}}" for deed in DEEDS)}]
        space: {{keep: 0}}
  applications: {{all: [all]}}
  runsPerPair: 12
  limits: {{trialSeconds: 4, parallelBatches: 1}}
  resources: {{cpu: 500m, memory: 512Mi, maxMemory: 512Mi}}
  pod: {{image: {IMAGE.reference}}}
"""


@pytest.fixture
def allowed(installation: Installation) -> Iterator[None]:
    """A cluster whose administrator trusts the image and allows its estimators."""
    installation.cluster.bring(IMAGE)
    installation.kubectl("set", "env", CONTROLLER, f"{MODULES}=sklearn,support")
    installation.until_ready()
    yield
    installation.kubectl("set", "env", CONTROLLER, f"{MODULES}-")
    installation.until_ready()


@pytest.mark.usefixtures("allowed")
def test_each_failure_has_its_cause_and_the_good_ones_are_unharmed(
    installation: Installation, tmp_path: Path
) -> None:
    document = tmp_path / "failing.yaml"
    document.write_text(DOCUMENT)
    trusting = {**installation.environment, MODULES: "sklearn,support", "PYTHONPATH": str(TESTS)}
    command = [CLI, f"--namespace={CONTROL}", "submit", str(document)]
    submitted = subprocess.run(command, env=trusting, capture_output=True, text=True, check=False)
    assert submitted.returncode == 0, submitted.stderr

    def has_completed() -> bool:
        done = installation.cli("status", "failing", "-o", "json")
        return done.returncode == 0 and json.loads(done.stdout)["state"] == "completed"

    wait_for(has_completed, "the experiment ends", LONGEST_SECONDS)
    printed = installation.cli("results", "failing", "-o", "csv").stdout
    rows = [row for row in csv.DictReader(io.StringIO(printed)) if row["model"] == "unlucky"]
    causes = {int(row["index"]): row["cause"] for row in rows if row["state"] == "failed"}
    assert causes == dict(enumerate(DEEDS.values(), start=1))
    assert Counter(row["state"] for row in rows) == {"failed": 4, "succeeded": 8}
    assert "4 of them failed" in installation.cli("explain", "failing").stdout

    with installation.client() as client:
        uid = client.experiment("failing").uid
        batches = client.store.batches(uid, client.store.batch_states(uid))
    # One pod ran bad and good ones, and ended well.
    mixed = [b for b in batches if {1, 2, 3, 4, 5} <= {entry.index for entry in b.manifest}]
    assert [b.settlement and b.settlement.cause for b in mixed] == [None]
    installation.cli("delete", "failing", "--yes")
    wait_for(lambda: "failing" not in installation.cli("list").stdout, "it is gone")
