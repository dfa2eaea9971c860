"""A child of the pool and the trial that it runs: whatever ends either, the trial is reported.

Neighbours: `process` is how the child is reached, `child` what runs there, `pool` who watches.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection

from pydantic import ValidationError

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial_trial.limits import Limits, OomWatch, Usage, usage_of_tree
from crosstrial_trial.process import Process
from crosstrial_trial.wire import READY, Job, Report

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Ended:
    """A trial that ended, and the end of what its code printed."""

    report: Report
    output: str


@dataclass(frozen=True)
class Running:
    """A trial under way; `before` is what its child had used when it began."""

    job: Job
    since: float
    started: datetime
    before: Usage


class Member:
    """A child from its start to its end."""

    def __init__(self, process: Process, limits: Limits, oom: OomWatch, *, single: bool) -> None:
        """Watch a process that was just started; `single`: it runs one trial and ends."""
        self._process = process
        self._limits = limits
        self._oom = oom
        self._single = single
        self._usage = Usage()
        self._first_bytes = 0
        self._running: Running | None = None
        self._verdict: tuple[Cause, str] | None = None
        self._ending = False
        self.ready = False
        self.gone = False
        self.last_words = ""

    @property
    def idle(self) -> bool:
        """Whether it waits for a trial."""
        return self.ready and self._running is None and not self._ending

    @property
    def running(self) -> bool:
        """Whether a trial of it is not yet reported."""
        return self._running is not None

    def waitables(self) -> list[Connection | int]:
        """Return what tells that something has happened to it."""
        # A closed connection is readable for ever: from one that ends only its end is awaited.
        unheard = self._process.connection if self._ending else None
        return [waitable for waitable in self._process.waitables() if waitable is not unheard]

    def assign(self, job: Job) -> None:
        """Begin a trial; its time runs from now."""
        self._running = Running(job, time.monotonic(), datetime.now(UTC), self._usage)
        self._process.send(job.model_dump_json().encode())

    def handle(self, happened: Container[object]) -> Ended | None:
        """Take note of what happened; return the trial that this ends."""
        self._process.read_output()
        ended = None
        # A condemned child may still send its report: the verdict stands.
        if self._process.connection in happened and not self._ending:
            ended = self._heard(self._process.receive())
        if self._process.sentinel in happened:
            ended = self._died() or ended
        return ended

    def _heard(self, message: bytes | None) -> Ended | None:
        if message == READY and not self.ready:
            self.ready = True
            self._look()
            self._first_bytes = self._usage.anonymous_bytes
            return None
        if message is None or self._running is None:
            self._end()
            return None
        try:
            report = Report.model_validate_json(message)
        except ValidationError:
            self._condemn(Cause.CRASHED, "its process sent something that is not a report")
            return None
        self._running = None
        self._look()
        if self._single or self._bloated():
            self._end()
        return Ended(report, self._process.take_output())

    def _bloated(self) -> bool:
        """Whether it has kept half of its room: the next trial must not be blamed for that."""
        return self._usage.anonymous_bytes > (self._first_bytes + self._limits.child_bytes) / 2

    def _died(self) -> Ended | None:
        self.gone = True
        output = self._process.take_output()
        self.last_words = f"{output}\n{self._process.ending()}".strip()
        cause, message = self._verdict or self._crash()
        running, self._running = self._running, None
        ended = Ended(self._failure(running, cause, message), output) if running else None
        self._process.close()
        return ended

    def _crash(self) -> tuple[Cause, str]:
        if self._process.signalled == signal.SIGKILL and self._oom.happened():
            return Cause.OUT_OF_MEMORY, f"{self.last_words}: the container had no memory left"
        return Cause.CRASHED, self.last_words

    def _failure(self, running: Running, cause: Cause, message: str) -> Report:
        return Report(
            position=running.job.position,
            state=OutcomeState.FAILED,
            cause=cause,
            message=message,
            seconds=time.monotonic() - running.since,
            cpu_seconds=self._usage.cpu_seconds - running.before.cpu_seconds,
            peak_memory_mb=self._usage.peak_bytes / MEBIBYTE,
            started=running.started,
            finished=datetime.now(UTC),
        )

    def enforce(self) -> None:
        """End the child if its trial has outgrown a limit."""
        if self._running is None or self._ending:
            return
        self._look()
        if self._usage.anonymous_bytes > self._limits.child_bytes:
            self._condemn(Cause.OUT_OF_MEMORY, _too_large(self._usage, self._limits))
        elif time.monotonic() - self._running.since > self._limits.trial_seconds:
            self._condemn(
                Cause.TIMEOUT,
                f"it did not end within {self._limits.trial_seconds:g} s (limits.trialSeconds)",
            )

    def _look(self) -> None:
        self._usage = usage_of_tree(self._process.pid) or self._usage

    def _condemn(self, cause: Cause, message: str) -> None:
        self._verdict = cause, message
        self._end()

    def _end(self) -> None:
        self._ending = True
        self._process.kill()

    def close(self) -> None:
        """End it, trial or not."""
        if not self.gone:
            self._process.close()
            self.gone = True


def _too_large(seen: Usage, limits: Limits) -> str:
    return (
        f"it held {seen.anonymous_bytes // MEBIBYTE} MiB of memory, a trial's share is"
        f" {limits.child_bytes // MEBIBYTE} MiB (resources.memory less 256 MiB, by the trials that"
        " run at once)"
    )
