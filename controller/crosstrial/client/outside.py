"""A cluster seen from outside: the way to its store, its batches' logs, its controller.

What to reach is in the Secret `crosstrial-submitter`: `uri`, as pods use it, and the `service` and
`port` behind which the store is; without a service, the store is reached by the URI itself.
`trials` names the namespace of batches if it is not the manifests'. Neighbours: `forward` carries
connections, `tunnel` is one, `pod_logs` reads logs; `cluster` is the controller inside.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Self

from crosstrial.client.forward import BrokenError, Forward
from crosstrial.client.pod_logs import FORBIDDEN, PodLogs
from crosstrial.client.rerun_on_cluster import ClusterRunner, answered, controller_settings
from crosstrial.client.store_address import forwarded
from crosstrial.client.tunnel import Tunnel
from crosstrial.executor.kubernetes.api import NOT_FOUND, Api, RefusedError
from crosstrial.executor.kubernetes.connect import connect
from crosstrial.executor.kubernetes.objects import Json
from crosstrial.executor.kubernetes.requests import Collection, Request
from crosstrial.executor.protocol import ExecutorError, TemporaryExecutorError
from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import UnreachableError

SECRET = "crosstrial-submitter"  # noqa: S105 the name of a Secret
TRIALS = "crosstrial-trials"
SERVICE_LABEL = "kubernetes.io/service-name"
CONTROLLER = "app.kubernetes.io/name=crosstrial,app.kubernetes.io/component=controller"


@dataclass(frozen=True)
class Access:
    """What the Secret says."""

    uri: str
    service: str
    port: str
    trials: str

    @classmethod
    def of_secret(cls, secret: Json, namespace: str) -> Self:
        """Read the Secret.

        Raises:
            InvalidError: it has no URI.
        """
        kept = {
            key: base64.b64decode(value).decode().strip()
            for key, value in (secret.get("data") or {}).items()
        }
        if not kept.get("uri"):
            raise InvalidError(
                f"Secret {SECRET} in namespace {namespace} has no key `uri`",
                "apply the manifests again",
            )
        return cls(
            uri=kept["uri"],
            service=kept.get("service", ""),
            port=kept.get("port", ""),
            trials=kept.get("trials") or TRIALS,
        )


@dataclass(frozen=True)
class Endpoint:
    """A ready pod, and the port on which it serves."""

    pod: str
    port: int


class Cluster:
    """An installation of crosstrial, by the namespace of its controller."""

    def __init__(self, api: Api, namespace: str) -> None:
        """Read the Secret.

        Raises:
            InvalidError: there is none, or it may not be read.
            UnreachableError: the API server does not answer.
        """
        self._api = api
        self.namespace = namespace
        self._access = self._read_access()
        self.logs = PodLogs(api, self._access.trials)

    def _read_access(self) -> Access:
        path = f"/api/v1/namespaces/{self.namespace}/secrets/{SECRET}"
        try:
            secret = self._api.json(Request(f"read Secret {SECRET}", "GET", path))
        except RefusedError as error:
            raise InvalidError(
                f"{error} (namespace {self.namespace})", _remedy(error.status)
            ) from error
        except TemporaryExecutorError as error:
            raise UnreachableError(
                f"the cluster does not answer: {error}; `kubectl version` with the same --context"
                " and --kubeconfig tells more"
            ) from error
        return Access.of_secret(secret, self.namespace)

    @contextmanager
    def reach_store(self) -> Iterator[str]:
        """Yield a URI that reaches the store as long as the context is entered.

        Raises:
            UnreachableError: no pod of the store is ready, or it was lost on the way.
            InvalidError: the store's pods may not be looked up, or the Secret's URI is none.
        """
        if not self._access.service:
            yield self._access.uri
            return
        self._endpoint()
        with Forward(self._dial) as forward:
            try:
                yield forwarded(self._access.uri, forward.port)
            except UnreachableError as error:
                # The driver knows a port of this machine only.
                told = forward.trouble or str(error)
                raise UnreachableError(
                    f"the store in namespace {self.namespace} cannot be reached: {told}"
                ) from error

    def _dial(self) -> Tunnel:
        try:
            endpoint = self._endpoint()
            path = f"/api/v1/namespaces/{self.namespace}/pods/{endpoint.pod}/portforward"
            what = f"forward a port to pod {endpoint.pod}"
            request = Request(what, "GET", path, (("ports", str(endpoint.port)),))
            return Tunnel(self._api.websocket(request))
        except (ExecutorError, InvalidError, UnreachableError) as error:
            raise BrokenError(str(error)) from error

    def _endpoint(self) -> Endpoint:
        service, namespace = self._access.service, self.namespace
        path = f"/apis/discovery.k8s.io/v1/namespaces/{namespace}/endpointslices"
        slices = Collection("EndpointSlice", path, f"{SERVICE_LABEL}={service}")
        try:
            listed = self._api.json(slices.page()).get("items") or []
        except RefusedError as error:
            raise InvalidError(f"{error} (namespace {namespace})", _remedy(error.status)) from error
        except TemporaryExecutorError as error:
            raise UnreachableError(f"the cluster does not answer: {error}") from error
        found = next(ready_endpoints(listed, self._access.port), None)
        if found is None:
            raise UnreachableError(
                f"no pod of Service {service} in namespace {namespace} is ready;"
                f" kubectl --namespace {namespace} get pods shows the store's"
            )
        return found

    def runner(self) -> ClusterRunner:
        """Return what runs trials again as Jobs, as the controller here would make them.

        Raises:
            InvalidError: there is no controller, or what it is told may not be read.
            UnreachableError: the API server does not answer.
        """
        with answered():
            deployment = next(iter(self._controllers()), None)
        if deployment is None:
            raise InvalidError(
                f"there is no controller in namespace {self.namespace}", _remedy(NOT_FOUND)
            )
        settings = controller_settings(self._api, deployment, trials=self._access.trials)
        return ClusterRunner(self._api, settings)

    def _controllers(self) -> list[Json]:
        path = f"/apis/apps/v1/namespaces/{self.namespace}/deployments"
        found = self._api.json(Collection("Deployment", path, CONTROLLER).page())
        deployments: list[Json] = found.get("items") or []
        return deployments

    def controller_runs(self) -> bool | None:
        """Return whether the controller's Deployment has a pod; None: that may not be seen."""
        try:
            deployments = self._controllers()
        except ExecutorError:
            return None
        if not deployments:
            return None
        return any((one.get("status") or {}).get("availableReplicas") for one in deployments)


def ready_endpoints(slices: list[Json], port: str) -> Iterator[Endpoint]:
    """Yield the ready pods of a Service's slices that serve a port, given by number or name."""
    for one in slices:
        ports = one.get("ports") or []
        number = next((p["port"] for p in ports if port in (str(p["port"]), p.get("name"))), None)
        if number is None and len(ports) == 1:
            number = ports[0]["port"]  # the Service's own number is another than the pods'
        for endpoint in one.get("endpoints") or []:
            target = endpoint.get("targetRef") or {}
            # Unknown counts as ready.
            ready = (endpoint.get("conditions") or {}).get("ready") is not False
            if ready and number is not None and target.get("kind") == "Pod":
                yield Endpoint(target["name"], number)


def _remedy(status: int) -> str:
    if status == NOT_FOUND:
        return "name the namespace that the manifests were applied to by --namespace"
    if status == FORBIDDEN:
        return "ask for the Role crosstrial-submitter there, or name a store by --store"
    return "`kubectl get secrets` with the same --context and --namespace tells more"


@contextmanager
def open_cluster(
    *, context: str | None, namespace: str, kubeconfig: str | None
) -> Iterator[Cluster]:
    """Open the cluster of a kubeconfig's context; None: its current one.

    Raises:
        InvalidError: there is no such context, or nothing to use in the namespace.
        UnreachableError: the API server does not answer.
    """
    api = connect(context=context, kubeconfig=kubeconfig)
    try:
        yield Cluster(api, namespace)
    finally:
        api.close()
