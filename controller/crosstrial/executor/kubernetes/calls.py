"""Calls: what is said about one batch with the API server, off the loop's thread.

Every call is idempotent and knows a batch by uids: what is there under its names meanwhile is
left alone.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

from crosstrial.domain.execution import Execution
from crosstrial.executor.kubernetes.api import CONFLICT, NOT_FOUND, Api, RefusedError
from crosstrial.executor.kubernetes.job import job_name
from crosstrial.executor.kubernetes.objects import Json, is_deleting, one_line, uid_of
from crosstrial.executor.kubernetes.requests import Collection, Request, Requests
from crosstrial.executor.kubernetes.sight import Sight, ended, living
from crosstrial.executor.protocol import ExecutorError

KEPT_LOGS = 200  # removed batches of which the log stays readable
LOG_TAIL_CHARACTERS = 16_384


class Calls:
    """Reads and deletes what belongs to a batch."""

    def __init__(self, api: Api, requests: Requests) -> None:
        self._api = api
        self._requests = requests
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, str] = OrderedDict()

    def look(self, sight: Sight) -> Execution:
        """Return what a batch that seems to have ended really does or did, evidence included.

        An ended pod is proof. Its absence counts only after the API server itself was asked: a
        cache may be behind.
        """
        if not sight.has_evidence:
            sight = self._as_it_is(sight)
        found = living(sight) or ended(sight)
        pod = sight.evidence
        if found.cause is None or pod is None:
            return found
        return replace(found, log=(self.log(pod) or "")[-LOG_TAIL_CHARACTERS:])

    def _as_it_is(self, sight: Sight) -> Sight:
        # The Job first: one that makes its pod in between is then seen to live.
        job = self._job(job_name(sight.batch))
        pods = self._list(self._requests.pods_of(sight.batch))
        there = {uid_of(pod) for pod in pods}
        gone = tuple(p for p in (*sight.pods, *sight.gone) if uid_of(p) not in there)
        return replace(sight, job=job, pods=tuple(pods), gone=gone)

    def _job(self, name: str) -> Json | None:
        try:
            return self._api.json(self._requests.read_job(name))
        except RefusedError as error:
            if error.status == NOT_FOUND:
                return None
            raise

    def _list(self, collection: Collection) -> list[Json]:
        items: list[Json] = self._api.json(collection.page()).get("items") or []
        return items

    def log(self, pod: Json) -> str | None:
        """Return the last part of what a pod has printed; None when that can't be read."""
        return self._log(pod, self._api.send)

    def _log(self, pod: Json, send: Callable[[Request], bytes]) -> str | None:
        try:
            return send(self._requests.log(pod)).decode(errors="replace")
        # A container that has not started, a node that is not heard of: there is nothing to read.
        except ExecutorError:
            return None

    def kept_log(self, batch_id: str) -> str | None:
        """Return the log of a batch that was cleared not long ago."""
        with self._lock:
            return self._kept.get(batch_id)

    def newest_warning(self, things: Iterable[Json]) -> str:
        """Return what the newest warning about a Job or its pods says; empty when there is none."""
        warnings = [
            event
            for thing in things
            for event in self._api.json(self._requests.events(thing)).get("items") or ()
            if event.get("type") == "Warning"
        ]
        newest = max(warnings, key=_told_at, default=None)
        if newest is None:
            return ""
        return one_line(newest.get("reason") or "", newest.get("message") or "")

    def end(self, job: Json | None, pods: Iterable[Json]) -> None:
        """Delete a batch's Job, which takes its pods along; without a Job, the pods."""
        if job is not None and self._delete(self._requests.delete_job(job)):
            return
        for pod in pods:
            if not is_deleting(pod):
                self._delete(self._requests.delete_pod(pod))

    def clear(self, job: Json | None, sight: Sight, end: Execution) -> None:
        """Delete what is left of an ended batch; its log is kept for a while."""
        self._keep(sight.batch, end.log or self._last_words(sight.evidence))
        self.end(job, sight.pods)

    def _last_words(self, pod: Json | None) -> str | None:
        # Nothing depends on them: a node that doesn't answer must not hold up what frees places.
        return None if pod is None else self._log(pod, self._api.send_once)

    def _keep(self, batch_id: str, log: str | None) -> None:
        if log is None:
            return
        with self._lock:
            self._kept[batch_id] = log[-LOG_TAIL_CHARACTERS:]
            while len(self._kept) > KEPT_LOGS:
                self._kept.popitem(last=False)

    def _delete(self, request: Request) -> bool:
        """Delete; return whether the thing was there and was the one that was meant."""
        try:
            self._api.send(request)
        except RefusedError as error:
            if error.status in (NOT_FOUND, CONFLICT):
                return False
            raise
        return True


def _told_at(event: Json) -> str:
    """Return when an event was last seen, as text that sorts."""
    return event.get("lastTimestamp") or event.get("eventTime") or ""
