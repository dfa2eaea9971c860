"""What is asked of the API server: each request is described here, and sent by `api`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from crosstrial.executor.kubernetes.objects import (
    BATCH_LABEL,
    COMPONENT,
    COMPONENT_LABEL,
    INSTANCE_LABEL,
    WORKER,
    Json,
    name_of,
    uid_of,
)
from crosstrial.executor.kubernetes.settings import KubernetesSettings

PAGE = 500
LOG_LINES = 10_000
LOG_BYTES = 1 << 20


@dataclass(frozen=True)
class Request:
    """One request; `what` says in messages what it was for."""

    what: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Json | None = None

    @property
    def target(self) -> str:
        """The path with its query."""
        return f"{self.path}?{urlencode(self.query)}" if self.query else self.path


@dataclass(frozen=True)
class Collection:
    """The objects of a kind that carry some labels."""

    kind: str
    path: str
    selector: str

    def page(self, token: str = "") -> Request:
        """Ask for the first page or, with the token of the page before, for the next."""
        query = [("labelSelector", self.selector), ("limit", str(PAGE))]
        if token:
            query.append(("continue", token))
        return Request(f"list {self.kind}s", "GET", self.path, tuple(query))

    def watch(self, version: str, seconds: int) -> Request:
        """Ask for what happens after a resource version, for so many seconds."""
        query = (
            ("labelSelector", self.selector),
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("resourceVersion", version),
            ("timeoutSeconds", str(seconds)),
        )
        return Request(f"watch {self.kind}s", "GET", self.path, query)


class Requests:
    """The requests in one namespace, for the Jobs and pods of one instance."""

    def __init__(self, settings: KubernetesSettings) -> None:
        namespace = quote(settings.namespace, safe="")
        self._core = f"/api/v1/namespaces/{namespace}"
        self._jobs_path = f"/apis/batch/v1/namespaces/{namespace}/jobs"
        self._selector = _selector(
            {COMPONENT_LABEL: COMPONENT, INSTANCE_LABEL: settings.instance}.items()
        )

    @property
    def jobs(self) -> Collection:
        """Every Job of this instance."""
        return Collection("Job", self._jobs_path, self._selector)

    @property
    def pods(self) -> Collection:
        """Every pod of this instance."""
        return Collection("pod", f"{self._core}/pods", self._selector)

    def pods_of(self, batch_id: str) -> Collection:
        """Return the pods of one batch."""
        own = _selector([(BATCH_LABEL, batch_id)])
        return Collection("pod", f"{self._core}/pods", f"{self._selector},{own}")

    def create_job(self, manifest: Json) -> Request:
        """Ask for a Job."""
        what = f"create Job {name_of(manifest)}"
        return Request(what, "POST", self._jobs_path, body=manifest)

    def read_job(self, name: str) -> Request:
        """Ask for one Job as it is now."""
        return Request(f"read Job {name}", "GET", f"{self._jobs_path}/{quote(name, safe='')}")

    def delete_job(self, job: Json) -> Request:
        """Ask for the end of this very Job and of its pods."""
        name = name_of(job)
        options = {"propagationPolicy": "Background", "preconditions": {"uid": uid_of(job)}}
        path = f"{self._jobs_path}/{quote(name, safe='')}"
        return Request(f"delete Job {name}", "DELETE", path, body=_delete_options(options))

    def delete_pod(self, pod: Json) -> Request:
        """Ask for the end of this very pod."""
        name = name_of(pod)
        path = f"{self._core}/pods/{quote(name, safe='')}"
        options = _delete_options({"preconditions": {"uid": uid_of(pod)}})
        return Request(f"delete pod {name}", "DELETE", path, body=options)

    def log(self, pod: Json) -> Request:
        """Ask for the last part of what a pod's worker has printed."""
        name = name_of(pod)
        query = (
            ("container", WORKER),
            ("tailLines", str(LOG_LINES)),
            ("limitBytes", str(LOG_BYTES)),
        )
        path = f"{self._core}/pods/{quote(name, safe='')}/log"
        return Request(f"read the log of pod {name}", "GET", path, query)

    def events(self, thing: Json) -> Request:
        """Ask for the events about a Job or a pod."""
        query = (("fieldSelector", f"involvedObject.uid={uid_of(thing)}"),)
        return Request(f"list events of {name_of(thing)}", "GET", f"{self._core}/events", query)


def _delete_options(options: Json) -> Json:
    return {"apiVersion": "v1", "kind": "DeleteOptions", **options}


def _selector(labels: Iterable[tuple[str, str]]) -> str:
    return ",".join(f"{key}={value}" for key, value in labels)
