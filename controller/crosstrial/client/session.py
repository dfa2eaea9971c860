"""A place in use: its store open, and what else is known of it.

`where` says which place; what needs the kubernetes library is imported when a cluster is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crosstrial.client.local import LocalMode, state_folder
from crosstrial.client.patience import Patience
from crosstrial.client.status import ExperimentStatus
from crosstrial.client.store_client import StoreClient
from crosstrial.client.where import ClusterChoice, Where
from crosstrial.domain.batch import Batch, BatchState
from crosstrial.domain.experiment import ExperimentState
from crosstrial.loop.telemetry import log_to_stderr
from crosstrial.store.connect import open_store

if TYPE_CHECKING:
    from crosstrial.client.outside import Cluster


@dataclass(frozen=True)
class Session:
    """A client on the chosen store: the state folder's own, a cluster's, or just some store."""

    client: StoreClient
    uri: str
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

    def follow(self, name: str, tell: Callable[[str], None]) -> Iterator[ExperimentStatus]:
        """Yield the status until the experiment ends, or nobody is there to drive it.

        A store that does not answer for a while is outlasted, and told of.
        """
        for status in self.client.follow(name, patience=Patience(tell)):
            yield status
            if self.is_left_alone:
                return

    def advance(self, name: str, tell: Callable[[str], None]) -> Iterator[ExperimentStatus]:
        """Yield the status until the experiment is at rest, and drive it where nobody else does.

        Locally one that is paused is at rest as soon as nothing of it runs.
        """
        if self.local is None:
            yield from self.follow(name, tell)
            return
        try:
            for status in self.local.drive(name):
                yield status
                if status.record.state is ExperimentState.PAUSED and not status.live_batches:
                    return
        finally:
            self.local.resign()

    def bring_to_rest(self, uid: str, tell: Callable[[str], None] = lambda _: None) -> None:
        """Locally, end what a cancelled or deleted experiment left; else its controller does.

        `tell` hears what only another place's controller can end.
        """
        if self.local is None:
            return
        try:
            self.local.bring_to_rest(uid, tell)
        finally:
            self.local.resign()

    def drain(self) -> None:
        """Locally, end what runs where nobody else drives it; what has finished is kept."""
        if self.local is not None and self.local.executor.executions() and self.local.lead():
            self.local.drain()

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
def open_place(where: Where) -> Iterator[Session]:
    """Open a place for as long as the context is entered; a state folder is made if need be.

    Raises:
        InvalidError: there is no such cluster, or nothing to use in it.
        UnreachableError: the place does not answer.
    """
    if where.cluster is not None:
        with _open_cluster(where.cluster) as session:
            yield session
    elif where.uri is not None and where.home is None:
        with _open_client(where.uri) as client:
            yield Session(client, where.uri)
    else:
        with LocalMode(where.home or state_folder(os.environ), uri=where.uri) as local:
            yield Session(local.client, local.uri, local)


@contextmanager
def _open_cluster(choice: ClusterChoice) -> Iterator[Session]:
    from crosstrial.client.outside import open_cluster  # noqa: PLC0415 needs kubernetes

    with (
        open_cluster(
            context=choice.context, namespace=choice.namespace, kubeconfig=choice.kubeconfig
        ) as cluster,
        cluster.reach_store() as uri,
        _open_client(uri) as client,
    ):
        yield Session(client, uri, cluster=cluster)


@contextmanager
def _open_client(uri: str) -> Iterator[StoreClient]:
    """Open a store by its URI."""
    # A warning about a document that cannot be read must not be part of the output.
    log_to_stderr()
    store = open_store(uri)
    try:
        yield StoreClient(store)
    finally:
        store.close()
