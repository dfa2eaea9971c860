"""What every executor does: run a batch somewhere, say what it sees, stop, forget.

An executor keeps no truth: the store does. All calls are idempotent, so that a controller
that was killed anywhere can repeat them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from crosstrial.domain.batch import Batch
from crosstrial.domain.execution import Execution


class ExecutorError(Exception):
    """The root of what an executor raises."""


class TemporaryExecutorError(ExecutorError):
    """It could not be done now: the next tick tries again."""


class Executor(Protocol):
    """Where batches run.

    `place` tells it from other executors of controllers that share a store.
    """

    @property
    def place(self) -> str:
        """What this executor is called, whoever uses it and however often it is restarted."""

    @property
    def own_places(self) -> frozenset[str]:
        """Return `place`, and what older versions called it: batches of theirs are its own too."""

    def capacity(self, cpu: float) -> int | None:
        """Return how many batches of so many cores may live at once; None: no bound here."""

    def launch(self, batch: Batch) -> None:
        """Start a batch; nothing happens when it was started already, by whomever.

        Raises:
            TemporaryExecutorError: try again.
        """

    def executions(self) -> Mapping[str, Execution]:
        """Return every batch that was launched here and not yet removed, by batch id."""

    def stop(self, batch_id: str) -> None:
        """Ask a batch to end; it has 15 s to flush what it has, then it is killed."""

    def remove(self, batch_id: str) -> None:
        """Forget an ended batch and clear what it left; its log stays readable for a while."""

    def log(self, batch_id: str) -> str | None:
        """Return what a batch has printed so far; None when nothing of it is left."""

    def wait(self, timeout: float) -> None:
        """Return when something may have changed, or after `timeout` seconds."""

    def close(self) -> None:
        """Release resources; what runs keeps running."""
