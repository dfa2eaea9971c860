"""A harness an implementation of the executor's protocol: the same tests for all of them."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from crosstrial.domain.batch import Batch, BatchModel, Entry
from crosstrial.domain.execution import Execution, Phase
from crosstrial.executor.local import LocalExecutor
from crosstrial.executor.protocol import Executor, TemporaryExecutorError
from crosstrial.spec.document import Evaluation, Preprocess
from support.arena import TESTS, wait_for
from support.fake_worker import SCRATCH

GRACE_SECONDS = 1.0


class Harness(Protocol):
    """What the suite needs of an implementation."""

    def executor(self, worker: str, *, grace_seconds: float = ...) -> Executor:
        """Return a new controller's executor; its workers run these lines after `fake_worker`."""

    def close(self) -> None:
        """End everything that is left."""


class LocalHarness:
    """Local processes."""

    def __init__(self, folder: Path, scratch: Path) -> None:
        self.folder = folder
        self._scratch = scratch
        self._executors: list[LocalExecutor] = []

    def executor(self, worker: str, *, grace_seconds: float = GRACE_SECONDS) -> LocalExecutor:
        made = LocalExecutor(
            self.folder,
            environment={SCRATCH: str(self._scratch), "PYTHONPATH": python_path()},
            command=(sys.executable, "-c", f"from support.fake_worker import *\n{worker}"),
            grace_seconds=grace_seconds,
        )
        self._executors.append(made)
        return made

    def close(self) -> None:
        for executor in self._executors:
            stop_all(executor)
            executor.close()


def python_path() -> str:
    """Return the path of this process with the tests' modules in front."""
    return os.pathsep.join([str(TESTS), *filter(None, [os.environ.get("PYTHONPATH")])])


def stop_all(executor: Executor) -> None:
    """Stop everything and wait for its end."""

    def at_rest() -> bool:
        live = [e.batch for e in executor.executions().values() if e.phase.live]
        for batch_id in live:
            executor.stop(batch_id)
        return not live

    wait_for(at_rest, "everything that runs has ended", seconds=30)


class Scratch:
    """The folder in which a test meets its workers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def noted(self, word: str) -> bool:
        """Whether a worker has left a word."""
        return (self.folder / word).exists()

    def release(self) -> None:
        """Let workers go that hold."""
        (self.folder / "release").touch()

    @property
    def started(self) -> int:
        """How many processes of workers were ever started."""
        return len(list(self.folder.glob("alive-*")))

    @property
    def alive(self) -> int:
        """How many processes of workers live."""
        return sum(map(_locked, self.folder.glob("alive-*")))


def _locked(path: Path) -> bool:
    with path.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def a_batch(
    number: int = 0,
    *,
    trials: int = 10,
    cpu: float = 1.0,
    memory: int = 1 << 30,
    deadline_seconds: float = 600.0,
) -> Batch:
    """A batch of some trials; what its worker does is the executor's command."""
    return Batch(
        uid="0a1b2c3d4e",
        number=number,
        experiment="demo",
        revision=1,
        dataset="iris",
        digest="d" * 64,
        task="classification",
        seed=0,
        evaluation=Evaluation(),
        trial_seconds=300.0,
        cpu=cpu,
        memory=memory,
        max_memory=4 << 30,
        models=(BatchModel(name="svm", estimator="sklearn.svm.SVC", preprocess=Preprocess()),),
        manifest=tuple(Entry(model="svm", index=i, parameters={}) for i in range(trials)),
        # The deadline is derived: see `Batch.deadline_seconds`.
        expected_seconds=(deadline_seconds - 600.0) / 2,
        created=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    )


def launch(executor: Executor, batch: Batch) -> None:
    """Launch as the loop does: again while it cannot be done now."""

    def launched() -> bool:
        try:
            executor.launch(batch)
        except TemporaryExecutorError:
            return False
        return True

    wait_for(launched, f"{batch.id} is launched", seconds=30)


def seen(executor: Executor, batch: Batch, wanted: Callable[[Execution], bool]) -> Execution:
    """Return what is seen of a batch once it is as wanted."""

    def look() -> Execution | None:
        execution = executor.executions().get(batch.id)
        return execution if execution is not None and wanted(execution) else None

    found: Execution = wait_for(look, f"{batch.id} is seen as wanted", seconds=60)
    return found


def ended(executor: Executor, batch: Batch) -> Execution:
    """Return how a batch has ended once it has."""
    return seen(executor, batch, lambda execution: execution.phase is Phase.ENDED)


def run_to_end(executor: Executor, batch: Batch) -> Execution:
    """Launch a batch and return how it ended."""
    launch(executor, batch)
    return ended(executor, batch)
