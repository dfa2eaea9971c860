"""kind and minikube: clusters in Docker, for machines where Docker answers.

Not tested where this was written, which has no Docker daemon; each step is one documented command.
Images are built by Docker from the same Containerfiles, with their own base and pip's own index.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cluster.errors import ClusterError
from cluster.folders import Folders
from cluster.images import CHECKOUT, Image
from cluster.shell import run, succeeds

_NAME = "crosstrial-test"
_KIND = """
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
  - role: control-plane
    extraMounts: [{{hostPath: "{shared}", containerPath: "{shared}"}}]
"""


@dataclass(frozen=True)
class DockerCluster:
    """What kind and minikube share."""

    folders: Folders

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way in."""
        return self.folders.cache / "docker.kubeconfig"

    @property
    def kubectl(self) -> tuple[str | Path, ...]:
        """The command that speaks to the cluster."""
        return ("kubectl", f"--kubeconfig={self.kubeconfig}")

    def share(self) -> Path:
        """Return the folder that was mounted when the cluster was made."""
        shared = self.folders.cache / "shared"
        shared.mkdir(parents=True, exist_ok=True)
        return shared

    def add_fake_nodes(self, count: int) -> None:
        """Refuse: kwok runs beside the native cluster only."""
        raise ClusterError(f"{count} fake nodes: only the native cluster makes them")

    def _build(self, image: Image) -> None:
        run("docker", "build", f"--file={image.path}", f"--tag={image.reference}", CHECKOUT)


class KindCluster(DockerCluster):
    """A cluster by kind."""

    def up(self) -> None:
        """Create it, unless it exists."""
        configuration = _KIND.format(shared=self.share())
        which = ("--name", _NAME, "--kubeconfig", self.kubeconfig)
        if _NAME not in run("kind", "get", "clusters").split():
            create = ("kind", "create", "cluster", "--wait=120s", "--config=-", *which)
            run(*create, stdin=configuration)
        run("kind", "export", "kubeconfig", *which)

    def down(self) -> None:
        """Delete it."""
        run("kind", "delete", "cluster", "--name", _NAME)
        self.kubeconfig.unlink(missing_ok=True)

    def bring(self, image: Image) -> None:
        """Build an image and load it onto the nodes."""
        self._build(image)
        run("kind", "load", "docker-image", image.reference, "--name", _NAME)

    def take_away(self, image: Image) -> None:
        """Remove an image from the node, if it has it."""
        succeeds("docker", "exec", f"{_NAME}-control-plane", "crictl", "rmi", image.reference)


class MinikubeCluster(DockerCluster):
    """A cluster by minikube."""

    def up(self) -> None:
        """Start it; minikube itself does nothing when it runs already."""
        shared = self.share()
        run(
            *("minikube", "start", "--profile", _NAME, "--driver=docker"),
            *("--mount", f"--mount-string={shared}:{shared}"),
            environment={"KUBECONFIG": str(self.kubeconfig)},
        )

    def down(self) -> None:
        """Delete it."""
        run("minikube", "delete", "--profile", _NAME)
        self.kubeconfig.unlink(missing_ok=True)

    def bring(self, image: Image) -> None:
        """Build an image and load it onto the node."""
        self._build(image)
        run("minikube", "image", "load", image.reference, "--profile", _NAME)

    def take_away(self, image: Image) -> None:
        """Remove an image from the node, if it has it."""
        succeeds("minikube", "image", "rm", image.reference, "--profile", _NAME)


def docker_cluster(folders: Folders) -> KindCluster | MinikubeCluster | None:
    """Return the cluster that this machine's Docker can run; None when there is none."""
    if not succeeds("docker", "info"):
        return None
    if succeeds("kind", "version"):
        return KindCluster(folders)
    if succeeds("minikube", "version"):
        return MinikubeCluster(folders)
    return None
