"""Track: what the executor remembers of one batch from tick to tick.

The caches say what is there; a track adds what has gone, since when, and what was asked for.
Used by the loop's thread alone; the futures are filled by the pool.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future

from crosstrial.domain.execution import Execution, Phase
from crosstrial.executor.kubernetes.objects import (
    Json,
    deletion_grace,
    is_deleting,
    is_suspended,
    uid_of,
)
from crosstrial.executor.kubernetes.sight import Sight, living

# A pod that is not gone so long after its deletion grace is on a node that is not heard of.
ABANDONED_SECONDS = 60.0
# What was read from the API server itself stands for so long where the caches have nothing.
FRESH_SECONDS = 5.0
EVENTS_SECONDS = 30.0


class Track:
    """One batch that was launched here, by whomever, and is not forgotten yet."""

    def __init__(self, batch: str, now: float) -> None:
        self.batch = batch
        self.job: Json | None = None  # as it was last seen, be it gone
        self.stopping = False
        self.removed = False
        self.end: Execution | None = None  # once this is known it does not change
        self.look: Future[Execution] | None = None
        self.deletion: Future[None] | None = None
        self.warning: Future[str] | None = None
        self._job_is_there = False
        self._pods: dict[str, Json] = {}  # by uid, those that have gone included
        self._there: set[str] = set()
        self._deleting_since: dict[str, float] = {}
        self._idle_since = now
        self._read: Execution | None = None
        self._read_at = now
        self._warned = ""
        self._warned_at = float("-inf")

    # What the caches say.

    def see(
        self, job: Json | None, pods: Iterable[Json], deleted: Iterable[Json], now: float
    ) -> None:
        """Take note of what is there, and of the last words of what has gone."""
        self._job_is_there = job is not None
        if job is not None:
            self.job = job
            if is_suspended(job):
                self._forget_obstacle(now)
        there = {uid_of(pod): pod for pod in pods}
        if there and not self._pods:
            self._forget_obstacle(now)
        self._pods |= {uid_of(pod): pod for pod in deleted} | there
        self._there = set(there)
        if not self.is_gone:
            self._read = None  # the caches have caught up
        for uid, pod in there.items():
            if is_deleting(pod):
                self._deleting_since.setdefault(uid, now)

    def sight(self, now: float) -> Sight:
        """Return what is seen of the batch."""
        return Sight(
            batch=self.batch,
            job=self.job if self._job_is_there else None,
            pods=tuple(pod for uid, pod in self._pods.items() if uid in self._there),
            gone=tuple(pod for uid, pod in self._pods.items() if uid not in self._there),
            abandoned=frozenset(
                u for u, since in self._deleting_since.items() if self._late(u, now - since)
            ),
            stopping=self.stopping,
            waited=now - self._idle_since,
            warning=self._warned,
        )

    def _late(self, uid: str, seconds: float) -> bool:
        return seconds > deletion_grace(self._pods[uid]) + ABANDONED_SECONDS

    @property
    def is_gone(self) -> bool:
        """Whether nothing of it is there any more."""
        return not self._job_is_there and not self._there

    def _forget_obstacle(self, now: float) -> None:
        """Begin to wait anew: what was told before is no longer what it waits for."""
        self._idle_since, self._warned, self._warned_at = now, "", float("-inf")

    # What was read past the caches.

    def note_read(self, execution: Execution, now: float) -> None:
        """Take note of what the API server itself has said."""
        if execution.phase.live:
            self._read, self._read_at = execution, now
        else:
            self.end = execution

    def forget_read(self) -> None:
        """Have the API server asked again."""
        self._read = None

    def recently_read(self, now: float) -> Execution | None:
        """Return what was read, as long as the caches may be behind it."""
        return self._read if now - self._read_at < FRESH_SECONDS else None

    def note_warning(self, warning: str, now: float) -> None:
        """Take note of the newest event about it."""
        self._warned, self._warned_at = warning, now

    def events_are_old(self, now: float) -> bool:
        """Whether its events should be read again."""
        return now - self._warned_at >= EVENTS_SECONDS

    # What that means.

    def needs_look(self, now: float) -> bool:
        """Whether it seems to have ended, and has to be looked into."""
        if self.removed or self.end is not None or self.look is not None:
            return False
        sight = self.sight(now)
        if living(sight) is not None:
            return False
        return sight.has_evidence or self.recently_read(now) is None

    def execution(self, now: float) -> Execution | None:
        """Return what to say of it; None when it is removed and holds nothing any more."""
        sight = self.sight(now)
        if self.removed:
            # What is abandoned still counts until it is gone.
            return Execution(self.batch, Phase.STOPPING) if sight.unended_pods else None
        return (
            self.end
            or living(sight)
            or self.recently_read(now)
            or Execution(self.batch, Phase.STOPPING, message="its end is being looked into")
        )
