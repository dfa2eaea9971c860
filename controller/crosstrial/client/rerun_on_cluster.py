"""Runs a trial again in a cluster, as a Job whose pod's log is what it has to say.

The store would be no place for it: outcomes are counted, and never change. What pods need is read
where the controller has it from. Neighbours: `rerun` does it on this machine, `outside` opens the
cluster.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from crosstrial.client.pod_logs import FORBIDDEN, PodLogs
from crosstrial.client.reproduce import ReplayError, Rerun
from crosstrial.executor.kubernetes.api import Api, RefusedError
from crosstrial.executor.kubernetes.objects import Json, has_finished
from crosstrial.executor.kubernetes.replay import replay_manifest, replay_name
from crosstrial.executor.kubernetes.requests import Request, Requests
from crosstrial.executor.kubernetes.settings import NAMESPACE, KubernetesSettings
from crosstrial.executor.protocol import TemporaryExecutorError
from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import UnreachableError

START_SECONDS = 600.0
POLL_SECONDS = 1.0
ROLE = "crosstrial-reproducer"


class ClusterRunner:
    """Runs trials again by Jobs in the namespace of batches; each is deleted when it is left."""

    def __init__(
        self,
        api: Api,
        settings: KubernetesSettings,
        *,
        start_seconds: float = START_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Use the settings that the controller has; `start_seconds`: how long a pod may take."""
        self._api = api
        self._settings = settings
        self._requests = Requests(settings)
        self._logs = PodLogs(api, settings.namespace)
        self._start_seconds = start_seconds
        self._monotonic = monotonic

    @contextmanager
    def __call__(self, rerun: Rerun) -> Iterator[Iterator[str]]:
        """Run a trial and yield the lines that its pod prints.

        Raises:
            InvalidError: Jobs may not be made there, or this one is refused.
            UnreachableError: the API server does not answer.
        """
        name = replay_name(rerun.batch.id, secrets.token_hex(3))
        manifest = replay_manifest(
            rerun.batch, rerun.position, self._settings, image=rerun.image, name=name
        )
        with answered():
            job = self._api.json(self._requests.create_job(manifest))
            try:
                yield self._lines(name)
            finally:
                self._api.send(self._requests.delete_job(job))

    def _lines(self, name: str) -> Iterator[str]:
        """Yield every line once, however often the log has to be asked for."""
        shown, until = 0, self._monotonic() + self._start_seconds
        while True:
            # Asked first: the log that is read afterwards is then whole.
            ended = has_finished(self._api.json(self._requests.read_job(name)))
            for number, line in enumerate(self._logs.follow(name)):
                if number >= shown:
                    shown = number + 1
                    yield line
            if ended:
                return
            if not shown and self._monotonic() > until:
                raise ReplayError(
                    f"the pod of Job {name} has not started within {self._start_seconds:g} s",
                    f"watch `kubectl --namespace {self._settings.namespace} get events` and"
                    " try again",
                )
            time.sleep(POLL_SECONDS)


def controller_settings(api: Api, deployment: Json, *, trials: str) -> KubernetesSettings:
    """Return the settings of a controller, from the ConfigMaps of its Deployment.

    Raises:
        InvalidError: they may not be read, or are not there.
        UnreachableError: the API server does not answer.
    """
    namespace = deployment["metadata"]["namespace"]
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    environment = {entry["name"]: entry.get("value") or "" for entry in container.get("env") or []}
    for source in container.get("envFrom") or []:
        name = (source.get("configMapRef") or {}).get("name")
        if name is not None:
            path = f"/api/v1/namespaces/{namespace}/configmaps/{name}"
            with answered():
                found = api.json(Request(f"read ConfigMap {name}", "GET", path))
            environment = {**(found.get("data") or {}), **environment}
    return KubernetesSettings.from_environment({**environment, NAMESPACE: trials})


@contextmanager
def answered() -> Iterator[None]:
    """Translate what the API server refuses, or does not answer.

    Raises:
        InvalidError: it refused.
        UnreachableError: it did not answer.
    """
    try:
        yield
    except RefusedError as error:
        remedy = f"ask for the Roles {ROLE}" if error.status == FORBIDDEN else "see the message"
        raise InvalidError(str(error), remedy) from error
    except TemporaryExecutorError as error:
        raise UnreachableError(f"the cluster does not answer: {error}") from error
