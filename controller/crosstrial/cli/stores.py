"""Which store a command works on: a given one, a cluster's, else local mode's state folder.

What needs the kubernetes library is imported when a cluster is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crosstrial.cli.cluster_options import ClusterChoice
from crosstrial.cli.options import STORE, Where
from crosstrial.client.client import Client
from crosstrial.client.local import LocalMode, state_folder
from crosstrial.domain.batch import Batch, BatchState
from crosstrial.loop.telemetry import log_to_stderr
from crosstrial.spec.errors import InvalidError
from crosstrial.store.connect import open_store

if TYPE_CHECKING:
    from crosstrial.client.outside import Cluster


@dataclass(frozen=True)
class Session:
    """A client on the chosen store: the state folder's own, a cluster's, or just some store."""

    client: Client
    local: LocalMode | None = None
    cluster: Cluster | None = None

    @property
    def controller_runs(self) -> bool | None:
        """Whether a controller drives this store; None: not known from here."""
        if self.local is not None:
            return self.local.has_controller()
        return None if self.cluster is None else self.cluster.controller_runs()

    @property
    def is_left_alone(self) -> bool:
        """Whether nobody drives this store, and nobody will by himself: a cluster's comes back."""
        return self.local is not None and not self.local.has_controller()

    @property
    def namespace(self) -> str | None:
        """The cluster's namespace that the controller is in; None: no cluster was named."""
        return None if self.cluster is None else self.cluster.namespace

    def bring_to_rest(self, uid: str) -> None:
        """Locally, end what a cancelled or deleted experiment left; else its controller does."""
        if self.local is not None:
            self.local.bring_to_rest(uid)

    def log(self, batch: Batch) -> str:
        """Return what a batch has printed as far as it is kept."""
        live = self._live_log(batch)
        if live is not None:
            return live
        return "" if batch.settlement is None else batch.settlement.log

    def _live_log(self, batch: Batch) -> str | None:
        if self.local is not None:
            return self.local.executor.log(batch.id)
        return None if self.cluster is None else self.cluster.logs.printed(batch.id)

    def log_beyond(self, batch: Batch, length: int) -> Iterator[str]:
        """Yield what a batch has printed after so many characters; a cluster's, while it prints."""
        if self.cluster is None or batch.state is BatchState.SETTLED:
            # A log that was cut meanwhile is shorter than what was printed of it.
            yield self.log(batch)[length:]
            return
        for part in self.cluster.logs.follow(batch.id):
            yield part[length:]
            length = max(0, length - len(part))


@contextmanager
def open_session(where: Where | None) -> Iterator[Session]:
    """Open the store that was named, else the state folder, where there is one.

    Raises:
        InvalidError: neither is there.
    """
    where = where or Where()
    if where.cluster is not None:
        with _open_cluster(where.cluster) as session:
            yield session
        return
    if where.uri is not None:
        with open_client(where.uri) as client:
            yield Session(client)
        return
    home = state_folder(os.environ)
    if not home.is_dir():
        raise InvalidError(
            f"no store is named and there is no state folder {home}",
            f"`crosstrial run FILE` makes one; or name a store by --store or ${STORE}, or a"
            " cluster by --context",
        )
    with LocalMode(home) as local:
        yield Session(local.client, local)


@contextmanager
def _open_cluster(choice: ClusterChoice) -> Iterator[Session]:
    from crosstrial.client.outside import open_cluster  # noqa: PLC0415 needs kubernetes

    with (
        open_cluster(
            context=choice.context, namespace=choice.namespace, kubeconfig=choice.kubeconfig
        ) as cluster,
        cluster.reach_store() as uri,
        open_client(uri) as client,
    ):
        yield Session(client, cluster=cluster)


@contextmanager
def open_client(uri: str) -> Iterator[Client]:
    """Open a store by its URI for as long as the command runs."""
    # A warning about a document that cannot be read must not be part of the output.
    log_to_stderr()
    store = open_store(uri)
    try:
        yield Client(store)
    finally:
        store.close()


def local_mode(uri: str | None) -> LocalMode:
    """Return local mode on the state folder, on its own store or a given one."""
    return LocalMode(state_folder(os.environ), uri=uri)
