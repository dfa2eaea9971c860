"""The launcher: one local batch's container in little; a process of its own, above the worker.

`local` starts it as `python -m crosstrial.executor.launcher FOLDER LOCK` in a session of its own,
with the batch's lock inherited as descriptor LOCK and a `Job` on standard input. It outlives the
controller, holds the worker to its limits, and leaves `exit.json` after every process is gone.
It imports little, so that a batch starts at once.

If the launcher itself is killed, the kernel kills the worker (`die_with`); what the worker leaves
then is found and killed by the executor before it calls the batch ended.
"""

from __future__ import annotations

import math
import os
import signal
import sys
import time
from pathlib import Path
from typing import NoReturn

from crosstrial.domain import worker_exit
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import slot_text
from crosstrial.executor.batch_folder import BatchFolder, Job
from crosstrial.executor.diagnosis import KILLED, SIGNALLED, End, diagnose
from crosstrial.executor.processes import (
    adopt_orphans,
    anonymous_bytes,
    anonymous_share,
    descendants,
    die_with,
    kill,
    oom_kills,
)

STOPPING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
WATCHED = STOPPING | {signal.SIGCHLD}
POLL_SECONDS = 0.1
# To list the batch's processes, and to weigh them, costs more than to look at those known.
LIST_SECONDS = 1.0
REAP_SECONDS = 0.005
MIB = 1 << 20


def main() -> None:
    """Run one batch to its end."""
    folder, lock = BatchFolder(Path(sys.argv[1])), int(sys.argv[2])
    # Held by this process alone, so that a free lock tells at once that it is gone.
    os.set_inheritable(lock, False)  # noqa: FBT003 has no keywords
    text = sys.stdin.buffer.read()
    # Whoever started this was killed before it said what to do, and will start it again.
    if not text:
        return
    folder.write_end(run(folder, Job.from_json(text)))


def run(folder: BatchFolder, job: Job) -> End:
    """Run a batch's worker and return why it ended; no process of it is left then."""
    if folder.asked_to_stop:
        return End(Cause.INTERRUPTED, "it was stopped before it started")
    pod, node = os.urandom(8).hex(), os.uname().nodename
    folder.write_pod(pod, node)
    folder.termination_log.write_bytes(slot_text(None) * job.children)
    # Blocked, they are not lost and are received where the loop waits for them.
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    adopt_orphans()
    kills_before = oom_kills()
    worker = _start(job.command, worker_environment(folder, pod, node))
    watch = _Watch(folder, job, worker)
    try:
        code = _attend(worker, watch)
    finally:
        _end_descendants()
    if code == KILLED and not watch.has_killed and oom_kills() > kills_before:
        watch.out_of_memory = "the machine ran out of memory, and the kernel killed the worker"
    return diagnose(code, out_of_memory=watch.out_of_memory, asked=watch.asked)


def worker_environment(folder: BatchFolder, pod: str, node: str) -> dict[str, str]:
    """Return the worker's environment: this process's own and the contract's.

    Output is unbuffered and fatal signals leave a trace, so that the log of a worker that was
    killed ends where it ended.
    """
    return {
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        **os.environ,
        worker_exit.POD_UID: pod,
        worker_exit.NODE: node,
        worker_exit.TERMINATION_LOG: str(folder.termination_log),
    }


class _Watch:
    """Ends a worker that was asked to, or that outlives or outgrows its limits."""

    def __init__(self, folder: BatchFolder, job: Job, worker: int) -> None:
        self.out_of_memory = ""  # how it outgrew its limit
        self.has_killed = False
        self._reason = ""
        self._folder = folder
        self._job = job
        self._worker = worker
        self._deadline = time.monotonic() + job.deadline_seconds
        self._kill_at = math.inf
        self._listed_at = -math.inf
        self._weighed_at = -math.inf
        self._known: list[int] = []

    @property
    def asked(self) -> str:
        """Why the worker was asked to end; empty when it was not."""
        if not self._reason or not self.has_killed:
            return self._reason
        return f"{self._reason}, did not end within {self._job.grace_seconds:g} s, and was killed"

    def look(self, received: int | None) -> None:
        """Do what is due; `received` is a signal to this process."""
        now = time.monotonic()
        self._folder.shorten_log()
        if not self._reason:
            self._ask(self._reason_to_end(received, now), now)
        self._measure(now)
        if self.out_of_memory or now >= self._kill_at:
            self.has_killed = True
            kill(descendants(os.getpid()))

    def _reason_to_end(self, received: int | None, now: float) -> str:
        if received in STOPPING or self._folder.asked_to_stop:
            return "it was stopped"
        if now >= self._deadline:
            return f"it reached its deadline of {self._job.deadline_seconds:g} s"
        return ""

    def _ask(self, reason: str, now: float) -> None:
        if not reason:
            return
        self._reason = reason
        self._kill_at = now + self._job.grace_seconds
        # The worker's parent alone: it ends its children itself.
        os.kill(self._worker, signal.SIGTERM)

    def _measure(self, now: float) -> None:
        if now - self._listed_at >= LIST_SECONDS:
            self._known = descendants(os.getpid())
            self._listed_at = now
        if sum(map(anonymous_bytes, self._known)) > self._job.memory:
            self._weigh(now)

    def _weigh(self, now: float) -> None:
        """Look whether it is too much even if what the processes share counts once."""
        if now - self._weighed_at < LIST_SECONDS:
            return
        self._weighed_at = now
        used = sum(map(anonymous_share, self._known))
        if used > self._job.memory:
            self.out_of_memory = (
                f"its processes used {used // MIB} MiB,"
                f" more than the batch's memory of {self._job.memory // MIB} MiB"
            )


def _start(command: tuple[str, ...], environment: dict[str, str]) -> int:
    """Start the worker; its output goes where this process's goes."""
    launcher = os.getpid()
    worker = os.fork()
    if worker == 0:
        _become(command, environment, launcher)
    return worker


def _become(command: tuple[str, ...], environment: dict[str, str], launcher: int) -> NoReturn:
    try:
        die_with(launcher)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)
        os.execvpe(command[0], command, environment)  # noqa: S606 our own command, no shell
    except OSError as error:
        os.write(2, f"cannot start {command[0]}: {error}\n".encode())
    finally:
        os._exit(127)


def _attend(worker: int, watch: _Watch) -> int:
    """Wait for the worker's end; return its exit code as a container has it."""
    while True:
        received = signal.sigtimedwait(WATCHED, POLL_SECONDS)
        code = _reap(worker)
        if code is not None:
            return code if code >= 0 else SIGNALLED - code
        watch.look(received.si_signo if received else None)


def _reap(worker: int) -> int | None:
    """Take note of all that have ended; return the worker's exit code if it is among them."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == worker:
            code = os.waitstatus_to_exitcode(status)


def _end_descendants() -> None:
    """Kill whatever the worker left, orphans included, until nothing is left."""
    while True:
        try:
            ended, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not ended:
            kill(descendants(os.getpid()))
            time.sleep(REAP_SECONDS)


if __name__ == "__main__":
    main()
