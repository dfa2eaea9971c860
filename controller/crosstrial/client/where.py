"""Where experiments are: in the store of a URI, in a cluster's, else in local mode's state folder.

The command line and the Python API choose by the same rule; `session` opens what is chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crosstrial.spec.errors import InvalidError

STORE = "CROSSTRIAL_STORE"
DEFAULT_NAMESPACE = "crosstrial-system"


@dataclass(frozen=True)
class ClusterChoice:
    """Which installation is meant; None: the kubeconfig's current context, the usual file."""

    context: str | None = None
    namespace: str = DEFAULT_NAMESPACE
    kubeconfig: str | None = None


@dataclass(frozen=True)
class Where:
    """Where experiments are, and who runs their batches.

    With a `cluster`, or the store of a `uri` alone, a controller elsewhere runs them. A state
    folder `home` runs them on this machine, in its own store or that of `uri`. Nothing named is
    the usual state folder.
    """

    uri: str | None = None
    cluster: ClusterChoice | None = None
    home: Path | None = None


def chosen(
    uri: str | None,
    cluster: ClusterChoice | None,
    environment: Mapping[str, str],
    *,
    home: Path | None = None,
) -> Where:
    """Return where to work: what is named goes before the environment's store.

    Raises:
        InvalidError: a cluster is named, and a store or a state folder as well.
    """
    if cluster is None:
        usual = environment.get(STORE) if home is None else None
        return Where(uri or usual or None, home=home)
    if uri is not None:
        raise InvalidError("both a store and a cluster are named", "name one of them")
    if home is not None:
        raise InvalidError("both a state folder and a cluster are named", "name one of them")
    return Where(cluster=cluster)
