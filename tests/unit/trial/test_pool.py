"""Who runs what, and what becomes of trials whose child misbehaves; with scripted processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import named_positions
from crosstrial.domain.outcome import OutcomeState
from crosstrial_trial.blame import BlameFile
from crosstrial_trial.limits import Limits
from crosstrial_trial.member import Ended
from crosstrial_trial.pool import FALSE_STARTS, Pool
from crosstrial_trial.process import ProcessError
from crosstrial_trial.wire import READY, Job, Report

GENEROUS = Limits(trial_seconds=3600, child_bytes=1 << 50)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class ScriptedProcess:
    """Answers each job by a script; is a process as far as a member can see."""

    def __init__(self, script: Callable[[ScriptedProcess, Job], None], *, ready: bool = True):
        self.script = script
        self.pid = os.getpid()
        self.signalled: int | None = None
        self.killed = False
        self.closed: datetime | None = None
        self.jobs: list[int] = []
        self.connection, self.theirs = Pipe()
        self.sentinel, self._death = os.pipe()
        if ready:
            self.theirs.send_bytes(READY)
        else:
            self.die(signal.SIGSEGV)

    def waitables(self) -> list[Any]:
        return [self.connection, self.sentinel]

    def send(self, message: bytes) -> None:
        job = Job.model_validate_json(message)
        self.jobs.append(job.position)
        self.script(self, job)

    def receive(self) -> bytes:
        return self.connection.recv_bytes()

    def read_output(self) -> None:
        pass

    def take_output(self) -> str:
        return "what it printed"

    def ending(self) -> str:
        return f"its process was ended by signal {self.signalled}"

    def die(self, number: int) -> None:
        if self.signalled is None:
            self.signalled = number
            os.write(self._death, b"x")

    def kill(self) -> None:
        self.killed = True
        self.die(signal.SIGKILL)

    def close(self) -> None:
        self.closed = datetime.now(UTC)
        self.kill()
        self.connection.close()
        self.theirs.close()
        os.close(self.sentinel)
        os.close(self._death)


def succeed(process: ScriptedProcess, job: Job) -> None:
    report = Report(
        position=job.position,
        state=OutcomeState.SUCCEEDED,
        seconds=1,
        cpu_seconds=1,
        peak_memory_mb=1,
        started=NOW,
        finished=NOW,
    )
    process.theirs.send_bytes(report.model_dump_json().encode())


def crash(process: ScriptedProcess, _job: Job) -> None:
    process.die(signal.SIGSEGV)


def babble(process: ScriptedProcess, _job: Job) -> None:
    process.theirs.send_bytes(b"\xff{}")


def hang(_process: ScriptedProcess, _job: Job) -> None:
    pass


def by_position(bad: dict[int, Any]) -> Any:
    def script(process: ScriptedProcess, job: Job) -> None:
        bad.get(job.position, succeed)(process, job)

    return script


class Rig:
    """A pool of scripted processes and all of them that it has started."""

    def __init__(
        self,
        path: Path,
        script: Any = succeed,
        *,
        size: int = 1,
        limits: Limits = GENEROUS,
        single: bool = False,
        ready: bool = True,
    ) -> None:
        self.path = path
        self.started: list[ScriptedProcess] = []

        def start() -> Any:
            self.started.append(ScriptedProcess(script, ready=ready))
            return self.started[-1]

        self.blame = BlameFile(path, size)
        self.pool = Pool(start, limits, self.blame, size=size, single=single)

    def run(self, trials: int) -> list[Ended]:
        jobs = [Job(position=p, model="m", index=p, parameters={}) for p in range(trials)]
        with closing(self.pool), closing(self.blame):
            return [ended for some in self.pool.run(jobs) for ended in some]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "termination-log"


def causes(ended: list[Ended]) -> list[tuple[int, Cause | None]]:
    return sorted((one.report.position, one.report.cause) for one in ended)


def test_children_take_trials_as_they_come(path: Path) -> None:
    rig = Rig(path, size=2)
    assert causes(rig.run(10)) == [(position, None) for position in range(10)]
    assert len(rig.started) == 2
    assert sorted(p for process in rig.started for p in process.jobs) == list(range(10))
    assert all(process.killed for process in rig.started)


def test_no_more_children_than_trials(path: Path) -> None:
    rig = Rig(path, size=4)
    rig.run(2)
    assert len(rig.started) == 2


@pytest.mark.parametrize(
    ("misdeed", "words"),
    [
        pytest.param(crash, "what it printed\nits process was ended by", id="crash"),
        pytest.param(babble, "not a report", id="nonsense"),
    ],
)
def test_a_bad_child_fails_its_trial_and_is_replaced(path: Path, misdeed: Any, words: str) -> None:
    rig = Rig(path, by_position({1: misdeed}))
    ended = rig.run(4)
    assert causes(ended) == [(0, None), (1, Cause.CRASHED), (2, None), (3, None)]
    assert [process.jobs for process in rig.started] == [[0, 1], [2, 3]]
    assert words in next(str(e.report.message) for e in ended if e.report.cause)


def test_a_trial_is_reported_before_its_child_is_cleared_away(path: Path) -> None:
    rig = Rig(path, crash)
    (ended,) = rig.run(1)
    closed = rig.started[0].closed
    assert closed is not None
    assert ended.report.finished <= closed


def test_a_trial_that_hangs_is_ended(path: Path) -> None:
    limits = Limits(trial_seconds=0.05, child_bytes=1 << 50)
    assert causes(Rig(path, hang, limits=limits).run(2)) == [
        (0, Cause.TIMEOUT),
        (1, Cause.TIMEOUT),
    ]


def test_a_trial_that_outgrows_its_memory_is_ended(path: Path) -> None:
    limits = Limits(trial_seconds=3600, child_bytes=1 << 20)
    assert causes(Rig(path, hang, limits=limits).run(1)) == [(0, Cause.OUT_OF_MEMORY)]


def test_single_means_a_fresh_child_each(path: Path) -> None:
    rig = Rig(path, single=True)
    assert causes(rig.run(3)) == [(0, None), (1, None), (2, None)]
    assert [process.jobs for process in rig.started] == [[0], [1], [2]]


def test_a_trial_is_named_before_it_begins(path: Path) -> None:
    seen: list[tuple[int, ...]] = []

    def look(process: ScriptedProcess, job: Job) -> None:
        seen.append(named_positions(path.read_bytes()))
        succeed(process, job)

    Rig(path, look).run(3)
    assert seen == [(0,), (1,), (2,)]
    assert named_positions(path.read_bytes()) == ()


def test_children_that_never_become_ready_end_it(path: Path) -> None:
    rig = Rig(path, ready=False)
    with pytest.raises(ProcessError, match="what it printed"):
        rig.run(2)
    assert len(rig.started) == FALSE_STARTS


def test_held_it_begins_nothing_more(path: Path) -> None:
    rig = Rig(path)
    jobs = [Job(position=p, model="m", index=p, parameters={}) for p in range(5)]
    ended: list[Ended] = []
    with closing(rig.pool), closing(rig.blame):
        for some in rig.pool.run(jobs):
            ended += some
            if ended:
                rig.pool.hold()
    assert causes(ended) == [(0, None)]
