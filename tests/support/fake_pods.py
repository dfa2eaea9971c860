"""What pods on fake nodes do: they claim their batch, insert its outcomes, and end well.

What a test of scale has in place of containers. The store and the API server are real.
"""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from crosstrial.domain.batch import Batch, StartRecord
from crosstrial.domain.outcome import Outcome
from crosstrial.executor.kubernetes.api import CONFLICT, NOT_FOUND, RefusedError
from crosstrial.executor.kubernetes.cache import Cache
from crosstrial.executor.kubernetes.connect import connect
from crosstrial.executor.kubernetes.objects import (
    WORKER,
    batch_of,
    is_deleting,
    name_of,
    phase_of,
    uid_of,
)
from crosstrial.executor.kubernetes.requests import Request, Requests
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from crosstrial.store.protocol import Store
from support.registered import MOMENT, outcome

Json = dict[str, Any]

WAIT_SECONDS = 1.0


class FakePods:
    """Watches the trial pods of a namespace, does the work of those that run, and counts them."""

    def __init__(self, kubeconfig: Path, namespace: str, store: Store) -> None:
        self.ended = 0
        self._store = store
        self._path = f"/api/v1/namespaces/{namespace}/pods"
        self._api = connect(kubeconfig=str(kubeconfig))
        self._changed = threading.Event()
        watched = Requests(KubernetesSettings(namespace=namespace, image=""))
        self._pods = Cache(self._api, watched.pods, self._changed.set)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._api.close()
        self._pods.close()

    def work(self) -> None:
        """End every pod that runs, after something has changed, or a while."""
        self._changed.wait(WAIT_SECONDS)
        self._changed.clear()
        running = [p for p in self._pods.objects() if phase_of(p) == "Running"]
        for pod in running:
            if not is_deleting(pod):
                self._work(pod)

    def _work(self, pod: Json) -> None:
        batch = self._store.batch(batch_of(pod) or "")
        assert batch is not None
        start = StartRecord(batch=batch.id, pod=uid_of(pod), started=MOMENT)
        assert self._store.insert_start(start), f"{batch.id} was started by another pod"
        self._store.insert_outcomes(
            [_outcome(batch, position, uid_of(pod)) for position in range(len(batch.manifest))]
        )
        self._end(pod)

    def _end(self, pod: Json) -> None:
        """Write that the worker has exited with 0, as a kubelet does."""
        end = {"exitCode": 0, "reason": "Completed"}
        containers = [
            {**one, "ready": False, "state": {"terminated": end}}
            for one in pod["status"]["containerStatuses"]
            if one["name"] == WORKER
        ]
        status = {**pod["status"], "phase": "Succeeded", "containerStatuses": containers}
        path = f"{self._path}/{name_of(pod)}/status"
        try:
            self._api.send(Request("end a pod", "PUT", path, body={**pod, "status": status}))
        except RefusedError as error:
            # It was ended before, and the watch is behind; or it has changed: next time.
            if error.status not in (CONFLICT, NOT_FOUND):
                raise
        else:
            self.ended += 1


def _outcome(batch: Batch, position: int, pod: str) -> Outcome:
    entry = batch.manifest[position]
    found = outcome(entry.model, batch.dataset, entry.index, batch=batch.id, attempt=entry.attempt)
    return found.model_copy(update={"pod": pod, "parameters": entry.parameters, "seconds": 1.0})
