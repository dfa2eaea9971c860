"""Three experiments that a cluster keeps from starting, each for its own reason and curable."""

from __future__ import annotations

import json
from pathlib import Path

from cluster.images import Image
from support.installation import TRIALS, Installation
from support.submitted import Submitted

ABSENT = Image("absent", "trial_image/Containerfile")
UNWELCOME = "crosstrial-unwelcome"
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
PODS = {
    "no-image": f"{{image: {ABSENT.reference}}}",
    "no-node": "{nodeSelector: {disk: golden}}",
    "no-quota": f"{{priorityClassName: {UNWELCOME}}}",
}
PRIORITY = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": UNWELCOME},
    "value": 0,
}
# No pod of that class, any number of others.
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": UNWELCOME, "namespace": TRIALS},
    "spec": {
        "hard": {"pods": "0"},
        "scopeSelector": {
            "matchExpressions": [
                {"scopeName": "PriorityClass", "operator": "In", "values": [UNWELCOME]}
            ]
        },
    },
}


class Stuck:
    """The three by name, and what cures each."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self._installation = installation
        self.by_name = {name: Submitted(installation, folder, name) for name in PODS}

    def submit(self) -> None:
        """Submit all; the quota is there before, and no image of an earlier run."""
        self._installation.cluster.take_away(ABSENT)
        for thing in (PRIORITY, QUOTA):
            applied = json.dumps(thing)
            self._installation.kubectl("apply", "--filename=-", namespace=None, stdin=applied)
        for name, pod in PODS.items():
            self.by_name[name].submit(_document(name, pod))

    def cure(self) -> None:
        """Lift the quota, ask for an ordinary node, bring the image."""
        self._lift_quota()
        self.by_name["no-node"].submit(_document("no-node", "{}"), "--update")
        self._installation.cluster.bring(ABSENT)

    def close(self) -> None:
        """Leave nothing of it."""
        for one in self.by_name.values():
            one.delete()
        self._lift_quota()
        self._delete("priorityclass")

    def _lift_quota(self) -> None:
        self._delete("resourcequota")

    def _delete(self, kind: str) -> None:
        self._installation.kubectl(
            "delete", kind, UNWELCOME, "--ignore-not-found", namespace=TRIALS
        )


def _document(name: str, pod: str) -> str:
    return DOCUMENT.replace("NAME", name).replace("POD", pod)
