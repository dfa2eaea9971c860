"""The local executor: each batch is a session of processes on this machine, under a launcher.

Nothing is kept in memory that matters: a batch's state is its folder (`batch_folder`), so that
what one controller has launched the next one adopts. It needs Linux, for `/proc` and `prctl`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosstrial.domain import worker_exit
from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Phase
from crosstrial.executor.batch_folder import BatchFolder, Job
from crosstrial.executor.cores import available_cores
from crosstrial.executor.diagnosis import End
from crosstrial.executor.processes import kill, marked
from crosstrial.executor.protocol import TemporaryExecutorError

WORKER = (sys.executable, "-m", "crosstrial_trial")
# Safe path: a module of the user's working folder must not shadow what the launcher imports.
LAUNCHER = (sys.executable, "-P", "-m", "crosstrial.executor.launcher")
GRACE_SECONDS = 15.0
POLL_SECONDS = 0.02
REMOVED = "removed"
KEPT_REMOVED = 200  # batches of which the log stays readable
LOG_TAIL_CHARACTERS = 16_384
LAUNCHER_GONE = End(Cause.INTERRUPTED, "its launcher ended before the batch did")


class LocalExecutor:
    """Runs batches on this machine; its state is a folder that controllers take turns with."""

    def __init__(
        self,
        folder: Path,
        *,
        environment: Mapping[str, str],
        place: str = "",
        former_place: str = "",
        command: Sequence[str] = WORKER,
        grace_seconds: float = GRACE_SECONDS,
    ) -> None:
        """Use `folder` for the batches' folders.

        Args:
            folder: made when the first batch is launched.
            environment: what a worker's environment adds to this process's own; the batch's id
                and the launcher's variables (see `worker_exit`) come on top. The working folder
                is this process's, so that a user's module is found as it was at submission.
            place: what the executor of this folder is called.
            former_place: what older versions called it.
            command: the worker.
            grace_seconds: how long a batch that is asked to end has before it is killed.
        """
        self._folder = folder
        self._removed = folder / REMOVED
        self._environment = dict(environment)
        self.place = place
        self.own_places = frozenset({place, former_place})
        self._command = tuple(command)
        self._grace_seconds = grace_seconds
        self._launchers: dict[str, subprocess.Popen[bytes]] = {}
        self._live: set[str] = set()
        self._ended: dict[str, Execution] = {}

    def capacity(self, cpu: float) -> int | None:
        """Return how many batches of so many cores this machine runs at once."""
        return max(1, int(available_cores() / cpu))

    def launch(self, batch: Batch) -> None:
        """Start a launcher for a batch, unless one was started already.

        The lock is held from before the launcher starts until it ends, so that two controllers
        never start two. A controller killed at any step leaves a lock that frees itself and no
        mark: the next call starts the launcher.

        Raises:
            TemporaryExecutorError: another process is launching it, or the machine refuses.
        """
        folder = BatchFolder(self._folder / batch.id)
        if folder.launched:
            return
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
            lock = folder.try_lock()
            if lock is None:
                raise TemporaryExecutorError(f"batch {batch.id} is being launched already")
            try:
                self._launch_locked(folder, lock, batch)
            finally:
                os.close(lock)
        except OSError as error:
            raise TemporaryExecutorError(f"cannot launch batch {batch.id}: {error}") from error

    def _launch_locked(self, folder: BatchFolder, lock: int, batch: Batch) -> None:
        if folder.launched:
            return
        job = Job(
            batch=batch.id,
            command=self._command,
            children=batch.children,
            memory=batch.memory,
            deadline_seconds=batch.deadline_seconds,
            grace_seconds=self._grace_seconds,
        )
        launcher = self._start_launcher(folder, lock, batch.id)
        self._launchers[batch.id] = launcher
        self._live.add(batch.id)
        assert launcher.stdin is not None
        with launcher.stdin as stdin:
            stdin.write(job.to_json())
        folder.mark_launched()

    def _start_launcher(
        self, folder: BatchFolder, lock: int, batch_id: str
    ) -> subprocess.Popen[bytes]:
        with folder.log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 our own command, no shell
                [*LAUNCHER, str(folder.path), str(lock)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env={**os.environ, **self._environment, worker_exit.BATCH: batch_id},
                pass_fds=(lock,),
                start_new_session=True,  # a Ctrl-C in the terminal is not for batches
            )

    def executions(self) -> Mapping[str, Execution]:
        """Return every batch that was launched here and not yet removed, by batch id."""
        self._reap()
        seen: dict[str, Execution] = {}
        for batch_id in self._batch_ids():
            execution = self._ended.get(batch_id) or self._look(batch_id)
            if execution is not None:
                seen[batch_id] = execution
        self._live = {name for name, execution in seen.items() if execution.phase.live}
        self._ended = {name: seen[name] for name in seen.keys() - self._live}
        return seen

    def _batch_ids(self) -> list[str]:
        try:
            return [path.name for path in self._folder.iterdir() if path.name != REMOVED]
        except FileNotFoundError:
            return []

    def _look(self, batch_id: str) -> Execution | None:
        folder = BatchFolder(self._folder / batch_id)
        if not folder.ended and folder.locked:
            return _live(batch_id, folder)
        # Read after the lock was seen free: the launcher writes it before it lets go.
        end = folder.end()
        if end is None and not folder.launched:
            return None
        if end is None and _kill_survivors(folder):
            return Execution(batch_id, Phase.STOPPING, folder.pod())
        return _ended(batch_id, folder, end or LAUNCHER_GONE)

    def stop(self, batch_id: str) -> None:
        """Ask a batch's launcher to end it; one that has lost its launcher is ending already."""
        BatchFolder(self._folder / batch_id).ask_to_stop()

    def remove(self, batch_id: str) -> None:
        """Put an ended batch's folder out of view; the last ones are kept for their logs."""
        execution = self._ended.get(batch_id) or self._look(batch_id)
        if execution is None or execution.phase.live:
            return
        self._removed.mkdir(exist_ok=True)
        target = self._removed / batch_id
        shutil.rmtree(target, ignore_errors=True)
        (self._folder / batch_id).rename(target)
        self._ended.pop(batch_id, None)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        removed = sorted(self._removed.iterdir(), key=lambda path: path.stat().st_mtime)
        for path in removed[:-KEPT_REMOVED]:
            shutil.rmtree(path, ignore_errors=True)

    def log(self, batch_id: str) -> str | None:
        """Return what a batch has printed so far; None when nothing of it is left."""
        printed = BatchFolder(self._folder / batch_id).printed()
        return BatchFolder(self._removed / batch_id).printed() if printed is None else printed

    def wait(self, timeout: float) -> None:
        """Return when a live batch has ended, or after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not any(map(self._has_ended, self._live)):
            left = deadline - time.monotonic()
            if left <= 0:
                return
            time.sleep(min(left, POLL_SECONDS))

    def _has_ended(self, batch_id: str) -> bool:
        launcher = self._launchers.get(batch_id)
        killed = launcher is not None and launcher.poll() is not None
        return killed or BatchFolder(self._folder / batch_id).ended

    def close(self) -> None:
        """Leave what runs to run; take note of launchers that have ended."""
        self._reap()

    def _reap(self) -> None:
        self._launchers = {
            name: launcher for name, launcher in self._launchers.items() if launcher.poll() is None
        }


def _live(batch_id: str, folder: BatchFolder) -> Execution:
    pod = folder.pod()
    if folder.asked_to_stop:
        return Execution(batch_id, Phase.STOPPING, pod)
    return Execution(batch_id, Phase.PENDING if pod is None else Phase.RUNNING, pod)


def _ended(batch_id: str, folder: BatchFolder, end: End) -> Execution:
    pod = folder.pod()
    finished = folder.finished() if folder.ended else None
    if end.cause is None:
        return Execution(batch_id, Phase.ENDED, pod, finished=finished)
    return Execution(
        batch_id,
        Phase.ENDED,
        pod,
        end.cause,
        named=folder.named(),
        message=end.message,
        log=(folder.printed() or "")[-LOG_TAIL_CHARACTERS:],
        finished=finished,
    )


def _kill_survivors(folder: BatchFolder) -> bool:
    """Kill what a killed launcher has left; return whether anything was left."""
    pod = folder.pod()
    survivors = [] if pod is None else marked(worker_exit.POD_UID, pod)
    kill(survivors)
    return bool(survivors)
