"""Where things are: the cache that outlives a cluster, and the state of the running one.

CROSSTRIAL_TEST_CACHE names the cache folder, else it is `crosstrial-test` in XDG_CACHE_HOME or
`~/.cache`. Nothing is ever written to the checkout.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cluster.errors import ClusterError
from cluster.shell import say

# A Unix socket's path holds 107 bytes; the longest below `state` is the kubelet's.
_LONGEST_STATE = 107 - len("/kubelet/pod-resources/kubelet.sock")


@dataclass(frozen=True)
class Folders:
    """The folders of one cache."""

    cache: Path

    @property
    def binaries(self) -> Path:
        """Compiled programs, one folder a recipe."""
        return self.cache / "binaries"

    @property
    def images(self) -> Path:
        """Archives and wheels, and the image builder's storage."""
        return self.cache / "images"

    @property
    def state(self) -> Path:
        """Everything of the running cluster; `down` removes it."""
        return self.cache / "state"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's way in."""
        return self.state / "kubeconfig"

    def log(self, daemon: str) -> Path:
        """Return what a daemon prints to."""
        return self.state / "logs" / f"{daemon}.log"


def folders_of(environ: Mapping[str, str]) -> Folders:
    """Return the folders that an environment names.

    Raises:
        ClusterError: the path is too long for the sockets in it.
    """
    named = environ.get("CROSSTRIAL_TEST_CACHE")
    caches = environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folders = Folders(Path(named or Path(caches) / "crosstrial-test").absolute())
    if len(str(folders.state)) > _LONGEST_STATE:
        raise ClusterError(
            f"the path {folders.state} is too long for Unix sockets: "
            "set CROSSTRIAL_TEST_CACHE to a shorter one"
        )
    return folders


@contextmanager
def only_one(folders: Folders) -> Iterator[None]:
    """Keep a second `up`, `down` or `images` waiting until this one is done."""
    folders.cache.mkdir(parents=True, exist_ok=True)
    with (folders.cache / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another command that changes the cluster")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
