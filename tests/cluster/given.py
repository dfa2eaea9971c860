"""A cluster that somebody else runs: CROSSTRIAL_TEST_KUBECONFIG names it, nothing is changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cluster.errors import ClusterError
from cluster.images import Image
from cluster.shell import run, say


@dataclass(frozen=True)
class GivenCluster:
    """Whatever answers behind a kubeconfig."""

    kubeconfig: Path

    @property
    def kubectl(self) -> tuple[str | Path, ...]:
        """The command that speaks to the cluster."""
        return ("kubectl", f"--kubeconfig={self.kubeconfig}")

    def up(self) -> None:
        """See that the cluster answers.

        Raises:
            ClusterError: it does not.
        """
        run(*self.kubectl, "get", "--raw=/readyz")

    def down(self) -> None:
        """Leave it alone: it is not ours."""

    def bring(self, image: Image) -> None:
        """Say which image its nodes must have: only its owner can bring it there."""
        say(f"{self.kubeconfig}: its nodes must have {image.reference}, of {image.containerfile}")

    def take_away(self, image: Image) -> None:
        """Say which image its nodes must not have: only its owner can remove it there."""
        say(f"{self.kubeconfig}: its nodes must no longer have {image.reference}")

    def share(self) -> Path:
        """Refuse: whose folders its nodes have is not known.

        Raises:
            ClusterError: always.
        """
        raise ClusterError(f"{self.kubeconfig}: its nodes share no folder with this machine")

    def add_fake_nodes(self, count: int) -> None:
        """Refuse: the nodes are its owner's."""
        raise ClusterError(f"{count} fake nodes: only the native cluster makes them")
