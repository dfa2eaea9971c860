"""A model that is not Python, on a real cluster: a neural network in Go, by epochs, pruned."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.images import CHECKOUT, Image
from support.installation import CONTROLLER, OVERLAYS, Installation
from support.submitted import Submitted

pytestmark = pytest.mark.timeout(1800)

FOLDER = CHECKOUT / "examples" / "any-language"
PERCEPTRON = Image("perceptron", "examples/any-language/Containerfile")
COMMANDS = "CROSSTRIAL_COMMANDS"
ALLOWED = {COMMANDS: "/opt/models/"}
IN_THE_CLUSTER = f"""
  resources: {{cpu: 500m, memory: 768Mi, maxMemory: 768Mi}}
  pod: {{image: {PERCEPTRON.reference}}}
"""


@pytest.fixture(scope="module", autouse=True)
def _allowed(installation: Installation) -> Iterator[None]:
    """A cluster whose administrator allows the image's programs."""
    build = ("go", "build", "-trimpath", "-ldflags=-s", "-o", "perceptron", ".")
    environment = {**installation.environment, "CGO_ENABLED": "0"}
    subprocess.run(build, cwd=FOLDER, env=environment, check=True)
    installation.cluster.bring(PERCEPTRON)
    installation.kubectl("set", "env", CONTROLLER, f"{COMMANDS}={ALLOWED[COMMANDS]}")
    installation.until_ready()
    yield
    installation.kubectl("set", "env", CONTROLLER, f"{COMMANDS}-")
    installation.kubectl("apply", f"--kustomize={OVERLAYS / 'test'}", namespace=None)
    installation.until_ready()


def test_a_program_is_run_by_epochs_and_reproduced(
    installation: Installation, tmp_path: Path
) -> None:
    perceptron = Submitted(installation, tmp_path, "perceptron")
    document = (FOLDER / "perceptron.yaml").read_text()
    perceptron.submit(document.rstrip() + IN_THE_CLUSTER, environment=ALLOWED)
    perceptron.until_completed()

    rows = [row for row in perceptron.rows() if row["model"] == "perceptron"]
    assert len(rows) == 2 * 12
    assert {row["state"] for row in rows} <= {"succeeded", "pruned"}
    wine = [row for row in rows if row["dataset"] == "wine" and row["state"] == "succeeded"]
    assert max(float(row["metric.test.balanced_accuracy"]) for row in wine) > 0.8

    again = installation.cli("reproduce", wine[0]["trial"], "--on=cluster", "-o", "json")
    assert again.returncode == 0, again.stdout + again.stderr
    report = json.loads(again.stdout)
    assert report["same"]
    assert all(score["difference"] == 0 for score in report["scores"])
    # Its Job is gone, and the controller has never seen it.
    assert all("replay" not in job["metadata"]["name"] for job in installation.jobs("perceptron"))
    perceptron.delete()
