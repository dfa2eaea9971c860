"""Sight: what is seen of a batch, its Job and its pods, means that it lives so, or ended thus.

Pure. `track` puts a sight together, `executor` asks for its meaning.
"""

from __future__ import annotations

from dataclasses import dataclass

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Obstacle, Phase
from crosstrial.executor.diagnosis import End
from crosstrial.executor.kubernetes.diagnosis import (
    IMAGE_TROUBLE,
    ORDINARY_WAITING,
    PodEnd,
    because,
    end_of,
)
from crosstrial.executor.kubernetes.objects import (
    QUEUE_LABEL,
    Json,
    condition,
    created,
    has_finished,
    is_deleting,
    is_suspended,
    is_terminal,
    one_line,
    phase_of,
    uid_of,
    worker_finished,
    worker_state,
)

# A batch that has not started after so long is told of.
PATIENCE_SECONDS = 60.0
STOPPED = "it was stopped"


@dataclass(frozen=True)
class Sight:
    """What is seen of one batch.

    `job` is None when it has none; `pods` are there, `gone` were; `abandoned` are uids of pods
    that should have been gone long ago, on a node that is not heard of. `waited` are the seconds
    since it was first seen not to run, `warning` is what the newest event says about it.
    """

    batch: str
    job: Json | None = None
    pods: tuple[Json, ...] = ()
    gone: tuple[Json, ...] = ()
    abandoned: frozenset[str] = frozenset()
    stopping: bool = False
    waited: float = 0.0
    warning: str = ""

    @property
    def live_pods(self) -> tuple[Json, ...]:
        """The pods that may still write outcomes."""
        return tuple(p for p in self.unended_pods if uid_of(p) not in self.abandoned)

    @property
    def unended_pods(self) -> tuple[Json, ...]:
        """The pods that hold or wait for resources, abandoned ones included."""
        return tuple(pod for pod in self.pods if not is_terminal(pod))

    @property
    def has_evidence(self) -> bool:
        """Whether an ended pod is there to tell why; else absence has to be confirmed."""
        return any(map(is_terminal, self.pods))

    @property
    def evidence(self) -> Json | None:
        """The pod that tells how the batch ended: the first whose worker has ended.

        Should there ever be two, the first one has the batch.
        """
        pods = sorted((*self.pods, *self.gone), key=created)
        ended = (pod for pod in pods if worker_state(pod, "terminated") is not None)
        return next(ended, pods[0] if pods else None)


def living(sight: Sight) -> Execution | None:
    """Return what a batch does; None when nothing of it lives: it has ended, or is absent."""
    if sight.live_pods:
        return _of_pod(sight, min(sight.live_pods, key=created))
    if sight.pods or sight.job is None or has_finished(sight.job):
        return None
    if sight.gone and is_suspended(sight.job):
        # Its queue took it back; a second pod would find the batch taken by the first.
        return None
    if sight.gone:
        return Execution(
            sight.batch, Phase.STOPPING, uid_of(sight.gone[0]), message="its pod is gone"
        )
    if is_deleting(sight.job) or sight.stopping:
        return Execution(sight.batch, Phase.STOPPING)
    return _without_pod(sight, sight.job)


def wants_events(sight: Sight) -> bool:
    """Whether only events can tell why a batch does not start."""
    found = living(sight)
    return (
        found is not None
        and found.phase is Phase.PENDING
        and found.obstacle not in (Obstacle.UNSCHEDULABLE, Obstacle.IMAGE_ERROR)
        and sight.waited >= PATIENCE_SECONDS
        and not (sight.job is not None and is_suspended(sight.job))
    )


def ended(sight: Sight) -> Execution:
    """Return how a batch ended of which nothing lives."""
    pod = sight.evidence
    found = _end(sight, pod)
    uid = None if pod is None else uid_of(pod)
    finished = None if pod is None else worker_finished(pod)
    if found.end.cause is None:
        return Execution(sight.batch, Phase.ENDED, uid, finished=finished)
    return Execution(
        sight.batch,
        Phase.ENDED,
        uid,
        found.end.cause,
        named=found.named,
        message=found.end.message,
        finished=finished,
    )


def _end(sight: Sight, pod: Json | None) -> PodEnd:
    if pod is None:
        return PodEnd(End(Cause.INTERRUPTED, STOPPED if sight.stopping else _job_end(sight.job)))
    if uid_of(pod) in sight.abandoned and not is_terminal(pod):
        return PodEnd(End(Cause.INTERRUPTED, "its node is not heard of, and its pod never ended"))
    found = end_of(pod)
    return because(found, STOPPED) if sight.stopping else found


def _job_end(job: Json | None) -> str:
    if job is None:
        return "its Job and its pod are gone"
    failed = condition(job, "Failed") or {}
    return one_line("its Job ended without a pod", failed.get("message") or "")


def _of_pod(sight: Sight, pod: Json) -> Execution:
    uid = uid_of(pod)
    leaving = sight.job is None or is_deleting(sight.job) or is_deleting(pod) or sight.stopping
    if leaving:
        return Execution(sight.batch, Phase.STOPPING, uid)
    if phase_of(pod) == "Running":
        return Execution(sight.batch, Phase.RUNNING, uid)
    obstacle, message = _pod_obstacle(sight, pod)
    return Execution(sight.batch, Phase.PENDING, uid, message=message, obstacle=obstacle)


def _pod_obstacle(sight: Sight, pod: Json) -> tuple[Obstacle | None, str]:
    """Return what keeps a pod from running, and that in words."""
    scheduled = condition(pod, "PodScheduled") or {}
    if scheduled.get("status") == "False" and scheduled.get("reason") == "Unschedulable":
        return Obstacle.UNSCHEDULABLE, one_line("no node fits", scheduled.get("message") or "")
    waiting = worker_state(pod, "waiting") or {}
    reason, told = waiting.get("reason") or "", waiting.get("message") or ""
    if reason in IMAGE_TROUBLE:
        return Obstacle.IMAGE_ERROR, one_line(reason, told)
    if reason not in ORDINARY_WAITING:
        return Obstacle.NOT_STARTED, one_line(reason, told)
    if sight.warning and sight.waited >= PATIENCE_SECONDS:
        return Obstacle.NOT_STARTED, sight.warning
    return None, "its pod is starting"


def _without_pod(sight: Sight, job: Json) -> Execution:
    if is_suspended(job):
        queue = (job["metadata"].get("labels") or {}).get(QUEUE_LABEL)
        held = "its Job is suspended" if queue is None else f"it waits in the queue {queue}"
        return Execution(sight.batch, Phase.PENDING, message=held, obstacle=Obstacle.QUEUED)
    if sight.waited < PATIENCE_SECONDS:
        return Execution(sight.batch, Phase.PENDING, message="its Job gets a pod")
    message = sight.warning or "its Job gets no pod, and no event says why"
    return Execution(sight.batch, Phase.PENDING, message=message, obstacle=Obstacle.POD_REFUSED)
