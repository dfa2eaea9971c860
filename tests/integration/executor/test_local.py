"""Local processes beyond the protocol: what they are given, and kill -9 at every step."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from crosstrial.domain import worker_exit
from crosstrial.domain.batch import Batch
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import SLOT_BYTES, Phase
from crosstrial.executor import launcher, local
from crosstrial.executor.batch_folder import BatchFolder, Job
from crosstrial.executor.local import LocalExecutor
from support.arena import wait_for
from support.executors import (
    LocalHarness,
    Scratch,
    a_batch,
    ended,
    launch,
    run_to_end,
)

DETACHED_CHILD = "child('note(\"child\"); stay()', detached=True)"


def in_a_process_of_its_own(work: Callable[[], None]) -> int:
    """Run `work` in a fork of this process and return its exit code."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def launcher_of(harness: LocalHarness, batch: Batch) -> psutil.Process:
    pod = json.loads((harness.folder / batch.id / "pod.json").read_text())
    return psutil.Process(pod["pid"])


# What a worker is given.


def test_a_worker_has_the_contract_and_the_users_environment(
    harness: LocalHarness, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_USER", "kept")
    worker = f"""
import json
seen = [dict(os.environ), os.getcwd(), os.getsid(0)]
Path({str(scratch.folder / "seen")!r}).write_text(json.dumps(seen))
"""
    executor, batch = harness.executor(worker), a_batch(cpu=3.0)
    execution = run_to_end(executor, batch)
    environment, folder, session = json.loads((scratch.folder / "seen").read_text())
    assert environment[worker_exit.BATCH] == batch.id
    assert environment[worker_exit.POD_UID] == execution.pod
    assert environment[worker_exit.NODE] == os.uname().nodename
    assert environment["OF_THE_USER"] == "kept"
    assert Path(environment[worker_exit.TERMINATION_LOG]).stat().st_size == 3 * SLOT_BYTES
    assert folder == str(Path.cwd())
    # A session of its own: a Ctrl-C in the terminal of the controller does not reach it.
    assert session != os.getsid(0)


def test_a_module_of_the_users_folder_shadows_nothing(
    harness: LocalHarness, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise RuntimeError('this is not the json you want')")
    monkeypatch.chdir(tmp_path)
    assert run_to_end(harness.executor("pass"), a_batch()).cause is None


def test_a_worker_that_cannot_be_started_is_an_error_of_the_worker(
    tmp_path: Path, scratch: Scratch
) -> None:
    executor = LocalExecutor(tmp_path / "batches", environment={}, command=("/no/such/worker",))
    execution = run_to_end(executor, a_batch())
    assert execution.cause is Cause.WORKER_ERROR
    assert "/no/such/worker" in execution.log


# kill -9 of a launcher.


def test_a_launcher_that_is_killed_leaves_nothing(harness: LocalHarness, scratch: Scratch) -> None:
    executor, batch = harness.executor(f"blame(5); {DETACHED_CHILD}; hold()"), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    launcher_of(harness, batch).kill()
    execution = ended(executor, batch)
    assert (execution.cause, execution.named) == (Cause.INTERRUPTED, (5,))
    assert scratch.started == 2
    wait_for(lambda: scratch.alive == 0, "nothing is left")


def test_the_next_controller_clears_what_a_killed_launcher_left(
    harness: LocalHarness, scratch: Scratch
) -> None:
    batch = a_batch()
    worker = f"{DETACHED_CHILD}; hold()"
    in_a_process_of_its_own(lambda: launch(harness.executor(worker), batch))
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    launcher_of(harness, batch).kill()
    wait_for(lambda: scratch.alive == 1, "the kernel has ended the worker")

    executor = harness.executor("sys.exit('this one has nothing to start')")
    assert executor.executions()[batch.id].phase is Phase.STOPPING
    assert ended(executor, batch).cause is Cause.INTERRUPTED
    launch(executor, batch)
    wait_for(lambda: scratch.alive == 0, "nothing is left")
    assert scratch.started == 2


def test_wait_notices_a_killed_launcher(harness: LocalHarness, scratch: Scratch) -> None:
    executor, batch = harness.executor("hold()"), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    launcher_of(harness, batch).kill()
    executor.wait(1000)
    assert ended(executor, batch).cause is Cause.INTERRUPTED


def test_a_launcher_that_is_asked_to_end_stops_its_batch(
    harness: LocalHarness, scratch: Scratch
) -> None:
    worker = "on_term(lambda: (note('asked'), sys.exit(143))); hold()"
    executor, batch = harness.executor(worker, grace_seconds=30), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    launcher_of(harness, batch).terminate()
    assert ended(executor, batch).cause is Cause.INTERRUPTED
    assert scratch.noted("asked")


# kill -9 of a controller between any two steps of a launch.


def killed_here(*_arguments: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize(
    ("owner", "step"),
    [
        pytest.param(BatchFolder, "try_lock", id="before-the-lock"),
        pytest.param(LocalExecutor, "_start_launcher", id="before-the-launcher"),
        pytest.param(Job, "to_json", id="before-its-job"),
        pytest.param(BatchFolder, "mark_launched", id="before-the-mark"),
    ],
)
def test_a_launch_cut_off_is_healed_by_the_next(
    harness: LocalHarness,
    scratch: Scratch,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    step: str,
) -> None:
    executor, batch = harness.executor("hold()"), a_batch()
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, killed_here)
        assert in_a_process_of_its_own(lambda: executor.launch(batch)) == -signal.SIGKILL
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    scratch.release()
    assert ended(executor, batch).cause is None
    assert (scratch.started, executor.log(batch.id)) == (1, "")


def test_a_launch_cut_off_before_its_launcher_is_no_execution(
    harness: LocalHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, batch = harness.executor(""), a_batch()
    monkeypatch.setattr(LocalExecutor, "_start_launcher", killed_here)
    in_a_process_of_its_own(lambda: executor.launch(batch))
    assert executor.executions() == {}


def test_what_is_stopped_before_its_launch_is_healed_never_starts(
    harness: LocalHarness, scratch: Scratch, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, batch = harness.executor(""), a_batch()
    with monkeypatch.context() as patched:
        patched.setattr(LocalExecutor, "_start_launcher", killed_here)
        in_a_process_of_its_own(lambda: executor.launch(batch))
    executor.stop(batch.id)
    assert run_to_end(executor, batch).cause is Cause.INTERRUPTED
    assert scratch.started == 0


def test_a_launcher_that_fails_is_an_end_with_its_log(
    harness: LocalHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor, batch = harness.executor(""), a_batch()
    failing = (sys.executable, "-c", "import sys; sys.stdin.read(); sys.exit('no disk')")
    monkeypatch.setattr(local, "LAUNCHER", failing)
    launch(executor, batch)
    execution = ended(executor, batch)
    assert (execution.cause, execution.pod) == (Cause.INTERRUPTED, None)
    assert "no disk" in execution.log


# SIGKILL, by whom.


DIES = "import os; os.kill(os.getpid(), 9)"
WILL_NOT_END = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"


@pytest.mark.parametrize(
    ("worker", "kills", "cause"),
    [
        pytest.param(DIES, [3, 4], Cause.OUT_OF_MEMORY, id="by-the-kernel"),
        pytest.param(DIES, [3, 3], Cause.CRASHED, id="by-somebody-else"),
        pytest.param(WILL_NOT_END, [3, 4], Cause.INTERRUPTED, id="by-the-launcher"),
    ],
)
def test_who_killed_a_worker(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    worker: str,
    kills: list[int],
    cause: Cause,
) -> None:
    """`kills`: how many processes the kernel had killed for memory before, and has after."""
    folder = BatchFolder(tmp_path)
    folder.log.touch()
    job = Job(
        batch="b-0",
        command=(sys.executable, "-c", worker),
        children=1,
        memory=1 << 30,
        deadline_seconds=1.0,
        grace_seconds=0.1,
    )
    counts = iter(kills)
    monkeypatch.setattr(launcher, "oom_kills", lambda: next(counts))
    in_a_process_of_its_own(lambda: folder.write_end(launcher.run(folder, job)))
    end = folder.end()
    assert end is not None
    assert end.cause is cause
