"""crosstrial in a real cluster, installed by its manifests and used as its users do."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

from cluster.choose import Cluster
from cluster.images import CHECKOUT, IMAGES, Image
from crosstrial.client.outside import open_cluster
from crosstrial.client.store_client import StoreClient
from crosstrial.store.connect import open_store
from support.arena import CLI, DEADLINE_SECONDS

CONTROL = "crosstrial-system"
TRIALS = "crosstrial-trials"
CONTROLLER = "deployment/crosstrial-controller"
STORE = "statefulset/crosstrial-store"
# The trial image with estimators that misbehave, and with workers that are none.
MISBEHAVING = Image("misbehaving", "tests/e2e/misbehaving/Containerfile")
OVERLAYS = CHECKOUT / "manifests" / "overlays"


@dataclass(frozen=True)
class Installation:
    """The test overlay in a cluster; `kubectl` is its administrator's."""

    cluster: Cluster

    def install(self) -> None:
        """Have what the checkout holds run in the cluster, and ready."""
        self.cluster.up()
        for image in IMAGES.values():
            self.cluster.bring(image)
        known = self.attempt("get", CONTROLLER).returncode == 0
        self.kubectl("apply", f"--kustomize={OVERLAYS / 'test'}", namespace=None)
        if known:
            # The images' names are the same as before, what is in them may not be.
            self.kubectl("rollout", "restart", CONTROLLER, STORE)
        self.until_ready()

    def until_ready(self) -> None:
        """Wait until the store and the controller are ready."""
        for workload in (STORE, CONTROLLER):
            self.kubectl("rollout", "status", workload, "--timeout=100s")

    def attempt(
        self, *arguments: str, namespace: str | None = CONTROL, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Run kubectl, whatever comes of it; no namespace is named where objects name theirs."""
        within = [] if namespace is None else [f"--namespace={namespace}"]
        return subprocess.run(
            [*map(str, self.cluster.kubectl), *within, *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
            check=False,
        )

    def kubectl(self, *arguments: str, namespace: str | None = CONTROL, stdin: str = "") -> str:
        """Run kubectl, which must succeed."""
        done = self.attempt(*arguments, namespace=namespace, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def get(self, *arguments: str, namespace: str = CONTROL) -> list[dict[str, Any]]:
        """Return the objects that `kubectl get` lists."""
        listed = json.loads(self.kubectl("get", *arguments, "--output=json", namespace=namespace))
        items: list[dict[str, Any]] = listed["items"]
        return items

    def jobs(self, name: str) -> list[dict[str, Any]]:
        """Return the Jobs that an experiment has in the cluster."""
        return self.get("jobs", f"--selector=crosstrial.dev/experiment={name}", namespace=TRIALS)

    def pods(self, name: str) -> list[dict[str, Any]]:
        """Return the pods that an experiment has in the cluster."""
        return self.get("pods", f"--selector=crosstrial.dev/experiment={name}", namespace=TRIALS)

    def cli(
        self,
        *arguments: str,
        timeout: float = DEADLINE_SECONDS,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the command line from outside the cluster, whatever comes of it.

        `environment` are variables beside the user's own.
        """
        return subprocess.run(
            [CLI, f"--namespace={CONTROL}", *arguments],
            env={**self.environment, **(environment or {})},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user whose kubeconfig names the cluster."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CROSSTRIAL_")}
        return {**kept, "KUBECONFIG": str(self.cluster.kubeconfig), "NO_COLOR": "1"}

    @contextmanager
    def client(self) -> Iterator[StoreClient]:
        """Open the store by a forwarded port, which follows the store's pod through restarts."""
        opened = open_cluster(
            context=None, namespace=CONTROL, kubeconfig=str(self.cluster.kubeconfig)
        )
        with (
            opened as outside,
            outside.reach_store() as uri,
            closing(open_store(uri)) as store,
        ):
            yield StoreClient(store)
