"""A namespace of one test in a real cluster, and pods that run a few lines of Python there."""

from __future__ import annotations

import json
import subprocess
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cluster.images import IMAGES
from support.arena import wait_for


class Namespace:
    """A namespace that nobody else uses, spoken to as the cluster's administrator."""

    def __init__(self, kubectl: Sequence[str | Path]) -> None:
        self._kubectl = [str(part) for part in kubectl]
        self.name = f"test-{uuid.uuid4().hex[:8]}"
        self.kubectl("create", "namespace", self.name)
        self.until("get", "serviceaccount", "default")

    def attempt(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Run kubectl, whatever comes of it."""
        return subprocess.run(
            [*self._kubectl, f"--namespace={self.name}", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """Run kubectl, which must succeed."""
        done = self.attempt(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def until(self, *arguments: str) -> None:
        """Run kubectl again and again until it succeeds."""
        wait_for(lambda: self.attempt(*arguments).returncode == 0, " ".join(arguments))

    def create(self, *objects: dict[str, Any]) -> None:
        """Create objects, all of which must be accepted."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("create", "--filename=-", stdin=json.dumps(listed))

    def job(self, name: str, code: str, **container: Any) -> None:
        """Create a Job of one pod that runs Python code."""
        pod = {"restartPolicy": "Never", "containers": [python(code, **container)]}
        job = {"backoffLimit": 0, "template": {"spec": pod}}
        metadata = {"name": name}
        self.create({"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job})

    def completed_log(self, name: str) -> str:
        """Return what a Job printed, once it is complete."""
        self.kubectl("wait", "--for=condition=Complete", "--timeout=60s", f"job/{name}")
        return self.kubectl("logs", f"job/{name}")


def python(code: str, **container: Any) -> dict[str, Any]:
    """Return a container that runs Python code; it keeps to Pod Security's `restricted`."""
    return {
        "name": "main",
        "image": IMAGES["store"].reference,
        "imagePullPolicy": "Never",
        "command": ["/opt/store/bin/python", "-c", code],
        "securityContext": {
            "runAsNonRoot": True,
            "allowPrivilegeEscalation": False,
            "capabilities": {"drop": ["ALL"]},
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        **container,
    }
