"""What the pods of a batch print, read and followed through the API server.

Neighbour: `cluster`, which knows the namespace. What a pod that is gone had printed is kept with
the batch (`Settlement.log`), bounded.
"""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.executor.kubernetes.api import Api, RefusedError
from crosstrial.executor.kubernetes.objects import BATCH_LABEL, WORKER, Json, created, name_of
from crosstrial.executor.kubernetes.requests import Collection, Request
from crosstrial.executor.protocol import TemporaryExecutorError
from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import UnreachableError

FORBIDDEN = 403
# A worker may be busy, and silent, for as long as one trial takes.
SILENCE_SECONDS = 3600.0


class PodLogs:
    """The logs of the batches that run in one namespace."""

    def __init__(self, api: Api, namespace: str) -> None:
        self._api = api
        self._namespace = namespace
        self._pods = f"/api/v1/namespaces/{namespace}/pods"

    def printed(self, batch_id: str) -> str | None:
        """Return what a batch has printed so far; None when no pod of it has a log.

        Raises:
            InvalidError: logs may not be read.
            UnreachableError: the API server does not answer.
        """
        try:
            pod = self._pod(batch_id)
            if pod is None:
                return None
            return self._api.send(self._log(pod)).decode(errors="replace")
        except RefusedError as error:
            self._check_allowed(error)
            return None
        except TemporaryExecutorError as error:
            raise UnreachableError(f"the cluster does not answer: {error}") from error

    def follow(self, batch_id: str) -> Iterator[str]:
        """Yield what a batch prints, from its beginning on, until its container has ended.

        Yields nothing when no pod of it has a log yet; ends early when the connection breaks.

        Raises:
            InvalidError: logs may not be read.
        """
        try:
            pod = self._pod(batch_id)
            if pod is None:
                return
            request = self._log(pod, ("follow", "true"))
            with self._api.stream(request, silence_seconds=SILENCE_SECONDS) as stream:
                for line in stream:
                    yield line.decode(errors="replace") + "\n"
        except RefusedError as error:
            # The container has not started, or the pod has just gone.
            self._check_allowed(error)
        except TemporaryExecutorError:
            return  # whoever follows asks again

    def _pod(self, batch_id: str) -> Json | None:
        """Return the batch's pod; should there ever be two, the first one has the batch."""
        pods = Collection("pod", self._pods, f"{BATCH_LABEL}={batch_id}")
        found = self._api.json(pods.page()).get("items") or []
        return min(found, key=created, default=None)

    def _log(self, pod: Json, *more: tuple[str, str]) -> Request:
        name = name_of(pod)
        query = (("container", WORKER), *more)
        return Request(f"read the log of pod {name}", "GET", f"{self._pods}/{name}/log", query)

    def _check_allowed(self, error: RefusedError) -> None:
        if error.status == FORBIDDEN:
            raise InvalidError(
                f"what batches print in namespace {self._namespace} may not be read:"
                f" {error.message}",
                "what is kept of a batch is printed once it is settled; ask for the right to get"
                " pods/log there to follow it",
            ) from error
