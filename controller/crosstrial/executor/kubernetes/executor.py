"""The Kubernetes executor: Jobs for batches, what became of them from two caches.

It keeps no truth: after a restart the caches tell what runs and what has ended, and what is not
there any more the store's plan treats as gone. The loop's thread launches; looking into an end,
deleting and reading events go through a pool, so that a slow answer holds up nobody else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import structlog

from crosstrial.domain.batch import Batch
from crosstrial.domain.execution import Execution, Phase
from crosstrial.executor.kubernetes.api import Api
from crosstrial.executor.kubernetes.cache import Cache
from crosstrial.executor.kubernetes.calls import Calls
from crosstrial.executor.kubernetes.job import job_manifest
from crosstrial.executor.kubernetes.launching import Launching
from crosstrial.executor.kubernetes.objects import Json, batch_of, created
from crosstrial.executor.kubernetes.requests import Requests
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from crosstrial.executor.kubernetes.sight import living, wants_events
from crosstrial.executor.kubernetes.track import Track
from crosstrial.executor.protocol import ExecutorError

logger = structlog.get_logger(__name__)

CALLS_AT_ONCE = 8
SYNC_SECONDS = 10.0
# How long a tick waits for what it has just begun to look into.
LOOK_SECONDS = 1.0

Result = TypeVar("Result")


@dataclass
class _Seen:
    """What the caches have of one batch."""

    job: Json | None = None
    pods: list[Json] = field(default_factory=list)
    deleted: list[Json] = field(default_factory=list)


class KubernetesExecutor:
    """Runs batches as Jobs in one namespace."""

    def __init__(
        self,
        api: Api,
        settings: KubernetesSettings,
        *,
        account: str | None = None,
        manifest: Callable[[Batch, KubernetesSettings], Json] = job_manifest,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start to watch.

        Args:
            api: closed with the executor.
            settings: what is configured of pods.
            account: the UID of the controller's service account; None: it has none.
            manifest: the Job to make for a batch; its name and labels must be `job_manifest`'s.
            monotonic: the clock for what is late.
        """
        self._api = api
        self._settings = settings
        # Older versions called every cluster alike.
        former = f"namespace {settings.namespace}, instance {settings.instance}"
        self.place = former if account is None else f"{former}, account {account}"
        self.own_places = frozenset({self.place, former})
        self._manifest = manifest
        self._monotonic = monotonic
        self._requests = Requests(settings)
        self._calls = Calls(api, self._requests)
        self._launching = Launching(api, self._requests, monotonic)
        self._pool = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="jobs")
        self._tracks: dict[str, Track] = {}
        self._changed = threading.Event()
        self._jobs = Cache(api, self._requests.jobs, self._changed.set)
        self._pods = Cache(api, self._requests.pods, self._changed.set)

    def capacity(self, cpu: float) -> int | None:
        """Return None: what does not fit waits for its place in the cluster."""
        return None

    def launch(self, batch: Batch) -> None:
        """Make a batch's Job, or adopt the one that is there.

        What the cluster refuses is asked for again now and then; meanwhile `executions` shows the
        batch as pending, with the obstacle.

        Raises:
            TemporaryExecutorError: try again.
        """
        if batch.id in self._tracks:
            return
        job = self._launching.make(batch, self._manifest(batch, self._settings))
        now = self._monotonic()
        track = Track(batch.id, now)
        track.job = job
        track.note_read(Execution(batch.id, Phase.PENDING, message="its Job was made"), now)
        self._tracks[batch.id] = track

    def executions(self) -> Mapping[str, Execution]:
        """Return every batch that was launched here and not yet removed, by batch id.

        Raises:
            TemporaryExecutorError: the Jobs and pods are not known yet.
        """
        self._jobs.require_synced(SYNC_SECONDS)
        self._pods.require_synced(SYNC_SECONDS)
        now = self._monotonic()
        self._see(now)
        self._settle_deletions()
        self._look_into_ends(now)
        self._read_events(now)
        seen = self._launching.obstructed
        for track in self._tracks.values():
            execution = track.execution(now)
            if execution is not None:
                seen[track.batch] = execution
        return seen

    def _see(self, now: float) -> None:
        pods, jobs = self._pods.take(), self._jobs.take()
        seen: dict[str, _Seen] = {name: _Seen() for name in self._tracks}
        for job in filter(batch_of, jobs.there):
            _of(seen, job).job = job
        for pod in filter(batch_of, pods.there):
            _of(seen, pod).pods.append(pod)
        for pod in pods.deleted:
            if batch_of(pod) in seen:
                _of(seen, pod).deleted.append(pod)
        for name, one in seen.items():
            track = self._tracks.setdefault(name, Track(name, now))
            track.see(one.job, one.pods, one.deleted, now)

    def _settle_deletions(self) -> None:
        """Take note of deletions that failed, to be asked for again, and forget what is gone."""
        for track in list(self._tracks.values()):
            if track.deletion is None or not track.deletion.done():
                continue
            if not _succeeded(track.deletion, track.batch):
                track.stopping = track.removed = False
                track.deletion = None
            elif track.removed and track.is_gone:
                del self._tracks[track.batch]

    def _look_into_ends(self, now: float) -> None:
        begun = [track for track in self._tracks.values() if track.needs_look(now)]
        for track in begun:
            track.look = self._submit(self._calls.look, track.sight(now))
        wait([track.look for track in begun if track.look is not None], LOOK_SECONDS)
        for track in self._tracks.values():
            if track.look is not None and track.look.done():
                if _succeeded(track.look, track.batch):
                    track.note_read(track.look.result(), now)
                track.look = None

    def _read_events(self, now: float) -> None:
        for track in self._tracks.values():
            if track.warning is not None and track.warning.done():
                told = track.warning.result() if _succeeded(track.warning, track.batch) else ""
                track.note_warning(told, now)
                track.warning = None
            sight = track.sight(now)
            if track.warning is None and track.events_are_old(now) and wants_events(sight):
                things = [thing for thing in (sight.job, *sight.live_pods) if thing is not None]
                track.warning = self._submit(self._calls.newest_warning, things)

    def stop(self, batch_id: str) -> None:
        """Delete a batch's Job, and with it the pod, which has its grace to flush."""
        self._launching.forget(batch_id)
        track = self._tracks.get(batch_id)
        if track is None or track.stopping or track.end is not None:
            return
        sight = track.sight(self._monotonic())
        if living(sight) is None and track.recently_read(self._monotonic()) is None:
            return
        track.stopping = True
        track.forget_read()
        track.deletion = self._submit(self._calls.end, track.job, sight.live_pods)

    def remove(self, batch_id: str) -> None:
        """Delete what an ended batch has left, and forget it once that is gone."""
        self._launching.forget(batch_id)
        track = self._tracks.get(batch_id)
        if track is None or track.removed or track.end is None:
            return
        track.removed = True
        sight = track.sight(self._monotonic())
        track.deletion = self._submit(self._calls.clear, track.job, sight, track.end)

    def log(self, batch_id: str) -> str | None:
        """Return the last part of what a batch has printed; None when nothing of it is left."""
        pods = [pod for pod in self._pods.objects() if batch_of(pod) == batch_id]
        kept = self._calls.kept_log(batch_id)
        printed = self._calls.log(min(pods, key=created)) if pods and kept is None else kept
        # In between it may have been kept and cleared.
        return self._calls.kept_log(batch_id) if printed is None else printed

    def wait(self, timeout: float) -> None:
        """Return when something has changed, or after `timeout` seconds."""
        self._changed.wait(timeout)
        self._changed.clear()

    def close(self) -> None:
        """End the threads; what runs in the cluster keeps running."""
        self._api.close()
        self._jobs.close()
        self._pods.close()
        self._pool.shutdown(cancel_futures=True)

    def _submit(self, call: Callable[..., Result], *arguments: object) -> Future[Result]:
        future = self._pool.submit(partial(call, *arguments))
        future.add_done_callback(lambda _: self._changed.set())
        return future


def _of(seen: dict[str, _Seen], thing: Json) -> _Seen:
    return seen.setdefault(batch_of(thing) or "", _Seen())


def _succeeded(future: Future[Result], batch_id: str) -> bool:
    """Whether a call did what it should; what failed is told, and done again when it is due."""
    error = future.exception()
    if error is None:
        return True
    if not isinstance(error, ExecutorError):
        raise error
    logger.warning("call failed, trying again", batch=batch_id, error=str(error))
    return False
