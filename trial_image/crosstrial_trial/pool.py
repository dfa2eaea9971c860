"""The children of a batch: trials are handed to idle ones, ended ones are replaced.

Neighbours: `member` knows one child, `batch` drives the pool and records what it yields.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import wait

from crosstrial_trial.blame import BlameFile
from crosstrial_trial.limits import Limits, OomWatch
from crosstrial_trial.member import Ended, Member
from crosstrial_trial.process import Process, ProcessError
from crosstrial_trial.wire import Job

POLL_SECONDS = 0.1  # how often limits are looked at
FALSE_STARTS = 3  # in a row: then something is wrong that no replacement heals


class Pool:
    """At most `size` children; each has a slot of the blame file."""

    def __init__(
        self,
        start: Callable[[], Process],
        limits: Limits,
        blame: BlameFile,
        *,
        size: int,
        single: bool,
    ) -> None:
        """Prepare a pool without children.

        Args:
            start: starts a child.
            limits: of every trial.
            blame: where the trials under way are named.
            size: how many trials run at once.
            single: whether every trial gets a fresh child.
        """
        self._start = start
        self._limits = limits
        self._blame = blame
        self._slots = range(size)
        self._single = single
        self._oom = OomWatch()
        self._members: dict[int, Member] = {}
        self._queue: deque[Job] = deque()
        self._false_starts = 0
        self._enforced = time.monotonic()

    def run(self, jobs: Iterable[Job]) -> Iterator[list[Ended]]:
        """Run trials and yield those that ended, an empty list now and again.

        Raises:
            ProcessError: children end before they are ready.
        """
        self._queue.extend(jobs)
        while self._queue or any(member.running for member in self._members.values()):
            self._staff()
            self._assign()
            yield self._step()

    def hold(self) -> None:
        """Begin no further trial."""
        self._queue.clear()

    def close(self) -> None:
        """End all children, whatever they do."""
        for member in self._members.values():
            member.close()
        self._members.clear()

    def _staff(self) -> None:
        """Start as many children as there are trials for."""
        free = sum(not member.running for member in self._members.values())
        for slot in self._slots:
            if slot not in self._members and free < len(self._queue):
                self._members[slot] = Member(
                    self._start(), self._limits, self._oom, single=self._single
                )
                free += 1

    def _assign(self) -> None:
        for slot, member in self._members.items():
            if self._queue and member.idle:
                job = self._queue.popleft()
                # First the name, then the deed: a killed container must name its trial.
                self._blame.write(slot, job.position)
                member.assign(job)

    def _step(self) -> list[Ended]:
        """Wait until something happens, or for a moment."""
        waitables = [w for member in self._members.values() for w in member.waitables()]
        happened = set(wait(waitables, timeout=POLL_SECONDS))
        found = []
        for slot, member in list(self._members.items()):
            ended = member.handle(happened)
            if ended is not None:
                self._blame.write(slot, None)
                found.append(ended)
            if member.gone:
                del self._members[slot]
                self._count_start(member)
        self._enforce()
        return found

    def _count_start(self, member: Member) -> None:
        self._false_starts = 0 if member.ready else self._false_starts + 1
        if self._false_starts == FALSE_STARTS:
            raise ProcessError(
                f"{FALSE_STARTS} children in a row ended before they were ready;"
                f" the last one: {member.last_words}"
            )

    def _enforce(self) -> None:
        if time.monotonic() - self._enforced < POLL_SECONDS:
            return
        self._enforced = time.monotonic()
        for member in self._members.values():
            member.enforce()
