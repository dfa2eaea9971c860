"""`Client`, the public Python API: a place where experiments are, opened.

Neighbours: `where` chooses the place by the command line's rule and `session` opens it; `handle`
is what it gives out for one experiment.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeAlias

from crosstrial.client.handle import ExperimentHandle
from crosstrial.client.session import Session, open_place
from crosstrial.client.where import DEFAULT_NAMESPACE, ClusterChoice, chosen
from crosstrial.spec.document import Experiment
from crosstrial.spec.load import declared

Submitted: TypeAlias = str | Path | Mapping[str, Any] | Experiment


class Client:
    """Experiments in a state folder of this machine, in a store, or in a cluster.

    Use it as a context manager, or call `close`: local mode has a server of its own, which runs
    as long as somebody uses the folder.
    """

    def __init__(
        self,
        store: str | None = None,
        *,
        home: str | Path | None = None,
        context: str | None = None,
        namespace: str | None = None,
        kubeconfig: str | Path | None = None,
    ) -> None:
        """Open a place.

        Nothing named is `$CROSSTRIAL_STORE`, else local mode's state folder (`$CROSSTRIAL_HOME`,
        else `./.crosstrial`), which is made if need be.

        Args:
            store: a store's URI, `mongodb://...`; a controller elsewhere runs the batches, or
                this machine if `home` is named as well.
            home: a state folder of this machine.
            context: the kubeconfig's context of a cluster; default its current one.
            namespace: the namespace of crosstrial in a cluster, default `crosstrial-system`.
            kubeconfig: the kubeconfig; default `$KUBECONFIG`, else `~/.kube/config`.

        Raises:
            InvalidError: a cluster and something else are named, or there is nothing to use.
            UnreachableError: the place does not answer.
        """
        where = chosen(
            store,
            _cluster(context, namespace, kubeconfig),
            os.environ,
            home=None if home is None else Path(home).absolute(),
        )
        self._opened = ExitStack()
        self._session: Session = self._opened.enter_context(open_place(where))
        self._opened.callback(self._session.drain)
        # A notebook rarely closes what it opens.
        atexit.register(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Leave the place; safe to repeat.

        What runs on this machine is ended unless another process drives it. What it has finished
        is kept, and the next `wait` or `crosstrial run` goes on from there.
        """
        atexit.unregister(self.close)
        self._opened.close()

    def submit(self, document: Submitted, *, update: bool = False) -> ExperimentHandle:
        """Register an experiment by its name; the same content again changes nothing.

        Data sets are fetched and checked here and stored with it. Nothing runs yet: in local
        mode `wait` runs it, elsewhere a controller does.

        Args:
            document: a file, the mapping that such a file holds, or an `Experiment`.
            update: accept changes that only extend the registered experiment.

        Raises:
            InvalidError: the document, or what it names, can't work.
            ConflictError: the name is taken by other content.
        """
        if isinstance(document, str):
            document = Path(document)
        store_client = self._session.client
        store_client.store.ensure_ready()
        submission = store_client.submit(
            declared(document) if isinstance(document, Mapping) else document, update=update
        )
        return self._handle(submission.experiment.name)

    def experiment(self, name: str) -> ExperimentHandle:
        """Return the experiment of a name.

        Raises:
            InvalidError: there is none; the message lists those that there are.
        """
        return self._handle(self._session.client.experiment(name).name)

    def experiments(self) -> list[ExperimentHandle]:
        """Return every experiment, oldest first."""
        return [self._handle(record.name) for record in self._session.client.experiments()]

    def _handle(self, name: str) -> ExperimentHandle:
        return ExperimentHandle(self._session, name)


def _cluster(
    context: str | None, namespace: str | None, kubeconfig: str | Path | None
) -> ClusterChoice | None:
    """Return the cluster that is named by any of the three."""
    if context is None and namespace is None and kubeconfig is None:
        return None
    return ClusterChoice(
        context=context,
        namespace=namespace or DEFAULT_NAMESPACE,
        kubeconfig=None if kubeconfig is None else str(kubeconfig),
    )
