"""Launching: a batch's Job is made, or the one that is there is adopted, or the obstacle kept.

Jobs have names of their own, so that to make one twice is a conflict with ourselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from crosstrial.domain.batch import Batch
from crosstrial.domain.execution import Execution, Obstacle, Phase
from crosstrial.executor.kubernetes.api import CONFLICT, NOT_FOUND, Api, RefusedError
from crosstrial.executor.kubernetes.objects import (
    BATCH_ANNOTATION,
    INSTANCE_LABEL,
    Json,
    is_deleting,
    name_of,
)
from crosstrial.executor.kubernetes.requests import Requests
from crosstrial.executor.protocol import TemporaryExecutorError

# A Job that was refused is asked for again after so long.
REFUSED_SECONDS = 15.0


@dataclass(frozen=True)
class _Refusal:
    execution: Execution
    until: float


class Launching:
    """Makes Jobs; remembers which ones the cluster does not take."""

    def __init__(self, api: Api, requests: Requests, monotonic: Callable[[], float]) -> None:
        self._api = api
        self._requests = requests
        self._monotonic = monotonic
        self._refusals: dict[str, _Refusal] = {}

    def make(self, batch: Batch, manifest: Json) -> Json:
        """Return the Job of a batch, made now or before.

        A user's mistake must not stop the loop: a refusal is an obstacle of this batch alone, and
        the batch is tried again now and then.

        Raises:
            TemporaryExecutorError: try again.
        """
        refusal = self._refusals.get(batch.id)
        if refusal is not None and self._monotonic() < refusal.until:
            raise TemporaryExecutorError(refusal.execution.message)
        job = self._create(batch, manifest)
        self.forget(batch.id)
        return job

    @property
    def obstructed(self) -> dict[str, Execution]:
        """The batches that were refused, as they are seen."""
        return {batch: refusal.execution for batch, refusal in self._refusals.items()}

    def forget(self, batch_id: str) -> None:
        """No longer want a batch that was refused."""
        self._refusals.pop(batch_id, None)

    def _create(self, batch: Batch, manifest: Json) -> Json:
        try:
            return self._api.json(self._requests.create_job(manifest))
        except RefusedError as error:
            if error.status == CONFLICT:
                return self._adopt(batch, manifest)
            raise self._refused(batch, Obstacle.JOB_REFUSED, str(error)) from error

    def _adopt(self, batch: Batch, manifest: Json) -> Json:
        name = name_of(manifest)
        try:
            job = self._api.json(self._requests.read_job(name))
        except RefusedError as error:
            if error.status == NOT_FOUND:
                raise TemporaryExecutorError(f"Job {name} has just gone") from error
            raise self._refused(batch, Obstacle.JOB_REFUSED, str(error)) from error
        if _ownership(job) != _ownership(manifest):
            message = f"Job {name} is there already and is not this batch's: delete it"
            raise self._refused(batch, Obstacle.JOB_NAME_TAKEN, message)
        if is_deleting(job):
            raise TemporaryExecutorError(f"an old Job {name} is still being deleted")
        return job

    def _refused(self, batch: Batch, obstacle: Obstacle, message: str) -> TemporaryExecutorError:
        execution = Execution(batch.id, Phase.PENDING, message=message, obstacle=obstacle)
        self._refusals[batch.id] = _Refusal(execution, self._monotonic() + REFUSED_SECONDS)
        return TemporaryExecutorError(message)


def _ownership(job: Json) -> tuple[str | None, str | None]:
    """Return what tells one's own Job: the batch, and the instance that watches it."""
    metadata = job["metadata"]
    batch = (metadata.get("annotations") or {}).get(BATCH_ANNOTATION)
    return batch, (metadata.get("labels") or {}).get(INSTANCE_LABEL)
