"""Configurations that fail by their own doing in a cluster, beside good ones of the same batch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from support.executors import python_path
from support.installation import (
    CONTROLLER,
    MISBEHAVING,
    OVERLAYS,
    STORE,
    Installation,
)
from support.submitted import Submitted

pytestmark = pytest.mark.timeout(1800)

MODULES = "CROSSTRIAL_ESTIMATOR_MODULES"
TRUSTING = {MODULES: "sklearn,support", "PYTHONPATH": python_path()}
DOCUMENT = f"""
apiVersion: crosstrial/v1
kind: Experiment
metadata: {{name: NAME}}
spec:
  dataGroups: {{all: ["sklearn:iris"]}}
  modelGroups:
    all:
      - name: unlucky
        model: support.misbehaving.Misbehaving
        points: [default, POINTS]
        space: {{keep: 0}}
  applications: {{all: [all]}}
  runsPerPair: RUNS
  limits: {{trialSeconds: 8, parallelBatches: 1}}
  resources: RESOURCES
  pod: {{image: {MISBEHAVING.reference}}}
"""
DEEDS = {
    "fail": "estimator_error",
    "crash": "crashed",
    "hang": "timeout",
    "allocate": "out_of_memory",
}
MEMORY = 768 << 20


@pytest.fixture(scope="module", autouse=True)
def _allowed(installation: Installation) -> Iterator[None]:
    """A cluster whose administrator trusts the image and allows its estimators.

    A batch of two trials at once needs two cores, which may be all that a node has.
    """
    installation.cluster.bring(MISBEHAVING)
    installation.kubectl("set", "resources", CONTROLLER, STORE, "--requests=cpu=0")
    installation.kubectl("set", "env", CONTROLLER, f"{MODULES}={TRUSTING[MODULES]}")
    installation.until_ready()
    yield
    installation.kubectl("set", "env", CONTROLLER, f"{MODULES}-")
    installation.kubectl("apply", f"--kustomize={OVERLAYS / 'test'}", namespace=None)
    installation.until_ready()


def submit(one: Submitted, deeds: list[str], *, runs: int, resources: str) -> None:
    points = ", ".join(f"{{deed: {deed}}}" for deed in deeds)
    values = {"NAME": one.name, "POINTS": points, "RUNS": str(runs), "RESOURCES": resources}
    document = DOCUMENT
    for word, value in values.items():
        document = document.replace(word, value)
    one.submit(document, environment=TRUSTING)


def causes(one: Submitted) -> dict[int, str]:
    return {int(row["index"]): row["cause"] for row in one.rows() if row["state"] == "failed"}


def holds(batch: Batch, index: int) -> bool:
    return index in {entry.index for entry in batch.manifest if entry.model == "unlucky"}


def test_each_failure_has_its_cause_and_the_good_ones_are_unharmed(
    installation: Installation, tmp_path: Path
) -> None:
    failing = Submitted(installation, tmp_path, "failing")
    resources = "{cpu: 500m, memory: 512Mi, maxMemory: 512Mi}"
    submit(failing, list(DEEDS), runs=12, resources=resources)
    failing.until_completed()
    assert causes(failing) == dict(enumerate(DEEDS.values(), start=1))
    assert Counter(row["state"] for row in failing.rows()) == {"failed": 4, "succeeded": 8}
    told = "(1 crashed, 1 estimator_error, 1 out_of_memory, 1 timeout)"
    assert f"12 of 12 trials ended, 4 of them failed {told}" in failing.explained()

    with installation.client() as client:
        batches = failing.batches(client)
    # One pod ran bad and good ones, and ended well.
    mixed = [batch for batch in batches if all(holds(batch, index) for index in range(1, 6))]
    assert [batch.settlement and batch.settlement.cause for batch in mixed] == [None]
    failing.delete()


def test_only_the_one_that_has_its_container_killed_for_memory_fails(
    installation: Installation, tmp_path: Path
) -> None:
    doomed = Submitted(installation, tmp_path, "doomed")
    resources = f"{{cpu: 2, memory: {MEMORY}, maxMemory: {2 * MEMORY}}}"
    submit(doomed, ["doom_the_container", "linger"], runs=5, resources=resources)
    doomed.until_completed()
    guilty, beside = 1, 2
    assert causes(doomed) == {guilty: "out_of_memory"}
    assert Counter(row["state"] for row in doomed.rows()) == {"failed": 1, "succeeded": 4}
    assert "5 of 5 trials ended, 1 of them failed (1 out_of_memory)" in doomed.explained()

    with installation.client() as client:
        batches = doomed.batches(client)
    ran = [batch for batch in batches if holds(batch, guilty)]
    # Killed among others, killed alone, and killed alone with all the memory that it may have.
    assert [(batch.suspects, batch.memory) for batch in ran] == [
        (False, MEMORY),
        (True, MEMORY),
        (True, 2 * MEMORY),
    ]
    ends = [batch.settlement and batch.settlement.cause for batch in ran]
    assert ends == [Cause.OUT_OF_MEMORY] * 3
    # What ran beside it was a suspect, and nobody else.
    suspects = {entry.index for batch in batches if batch.suspects for entry in batch.manifest}
    assert suspects == {guilty, beside}
    doomed.delete()
