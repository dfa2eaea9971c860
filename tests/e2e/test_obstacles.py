"""What keeps a batch from starting counts nothing, is told, stops nobody else, can be mended."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cluster.images import Image
from support.arena import wait_for
from support.installation import TRIALS, Installation

pytestmark = pytest.mark.timeout(1800)

LONGEST_SECONDS = 300.0
ABSENT = Image("absent", "trial_image/Containerfile")
DOCUMENT = """
apiVersion: crosstrial/v1
kind: Experiment
metadata: {name: NAME}
spec:
  dataGroups: {all: ["sklearn:iris"]}
  modelGroups:
    all:
      - name: tree
        model: sklearn.tree.DecisionTreeClassifier
        space: {max_depth: {distribution: int_uniform, min: 1, max: 9}}
  applications: {all: [all]}
  runsPerPair: 2
  limits: {parallelBatches: 1}
  resources: {cpu: 250m, memory: 512Mi}
  pod: POD
"""
QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: no-pods, namespace: crosstrial-trials}
spec: {hard: {pods: "0"}}
"""


class Submitted:
    """An experiment of two trials, as its user sees it."""

    def __init__(self, installation: Installation, folder: Path, name: str) -> None:
        self.name = name
        self._installation = installation
        self._file = folder / f"{name}.yaml"

    def submit(self, pod: str = "{}", *options: str) -> None:
        self._file.write_text(DOCUMENT.replace("NAME", self.name).replace("POD", pod))
        done = self._installation.cli("submit", str(self._file), *options)
        assert done.returncode == 0, done.stderr

    def status(self) -> dict[str, Any]:
        done = self._installation.cli("status", self.name, "-o", "json")
        found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
        return found

    def explained(self) -> str:
        return self._installation.cli("explain", self.name).stdout

    def until_it_says(self, words: str) -> None:
        wait_for(lambda: words in self.explained(), f"explain says {words!r}", LONGEST_SECONDS)

    def until_completed(self) -> None:
        wait_for(
            lambda: self.status().get("state") == "completed", f"{self.name} ends", LONGEST_SECONDS
        )

    def delete(self) -> None:
        self._installation.cli("delete", self.name, "--yes")
        wait_for(lambda: not self.status(), f"{self.name} is gone")


@pytest.fixture
def submitted(installation: Installation, tmp_path: Path) -> Iterator[Callable[[str], Submitted]]:
    made: list[Submitted] = []

    def make(name: str) -> Submitted:
        made.append(Submitted(installation, tmp_path, name))
        return made[-1]

    yield make
    for one in made:
        one.delete()


def assert_others_go_on(submitted: Callable[[str], Submitted]) -> None:
    other = submitted("other")
    other.submit()
    other.until_completed()


def assert_all_counted_once(one: Submitted) -> None:
    one.until_completed()
    status = one.status()
    assert (status["ended"], status["failed"]) == (2, 0)
    assert one.explained().startswith(f"{one.name} is completed")


def test_an_image_that_does_not_exist(
    installation: Installation, submitted: Callable[[str], Submitted]
) -> None:
    stuck = submitted("no-image")
    stuck.submit(f"{{image: {ABSENT.reference}}}")
    stuck.until_it_says("has a batch whose image cannot be pulled")
    assert_others_go_on(submitted)
    assert stuck.status()["ended"] == 0

    installation.cluster.bring(ABSENT)
    assert_all_counted_once(stuck)


def test_a_pod_that_fits_no_node(submitted: Callable[[str], Submitted]) -> None:
    stuck = submitted("no-node")
    stuck.submit("{nodeSelector: {disk: golden}}")
    stuck.until_it_says("has a batch that no node has room for")
    assert_others_go_on(submitted)
    assert stuck.status()["ended"] == 0

    stuck.submit("{}", "--update")
    assert_all_counted_once(stuck)


def test_a_quota_that_forbids_the_pod(
    installation: Installation, submitted: Callable[[str], Submitted]
) -> None:
    installation.kubectl("apply", "--filename=-", namespace=TRIALS, stdin=QUOTA)
    try:
        stuck = submitted("no-quota")
        stuck.submit()
        stuck.until_it_says("has a batch that a ResourceQuota forbids")
        assert stuck.status()["ended"] == 0
    finally:
        installation.kubectl("delete", "resourcequota", "no-pods", namespace=TRIALS)
    assert_all_counted_once(stuck)
