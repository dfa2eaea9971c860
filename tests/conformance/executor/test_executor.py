"""What every executor does (see `executor.protocol`), whatever it runs batches on."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Phase
from support.arena import wait_for
from support.executors import (
    Harness,
    Scratch,
    a_batch,
    ended,
    launch,
    run_to_end,
    seen,
)

HELD_CHILD = "child('note(\"child\"); stay()')"


def test_a_batch_that_ends_well(harness: Harness) -> None:
    execution = run_to_end(harness.executor("print('hello')"), a_batch())
    assert execution.cause is None
    assert execution.pod
    assert execution.message == ""


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        pytest.param(1, Cause.WORKER_ERROR, id="error"),
        pytest.param(69, Cause.STORE_UNREACHABLE, id="store"),
        pytest.param(75, Cause.INTERRUPTED, id="taken"),
        pytest.param(143, Cause.INTERRUPTED, id="terminated"),
        pytest.param(3, Cause.WORKER_ERROR, id="unknown"),
        pytest.param(137, Cause.CRASHED, id="killed"),
        pytest.param(139, Cause.CRASHED, id="segfault"),
    ],
)
def test_an_exit_code_tells_the_cause(harness: Harness, code: int, cause: Cause) -> None:
    worker = f"print('some last words'); sys.exit({code})"
    execution = run_to_end(harness.executor(worker), a_batch())
    assert execution.cause is cause
    assert execution.message
    assert "\n" not in execution.message
    assert "some last words" in execution.log


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_death_by_a_signal_names_what_ran(harness: Harness, number: signal.Signals) -> None:
    execution = run_to_end(harness.executor(f"blame(7, 3); die({number.value})"), a_batch())
    assert execution.cause is Cause.CRASHED
    assert execution.named == (3, 7)
    assert number.name in execution.message


def test_death_before_any_trial_names_none(harness: Harness) -> None:
    execution = run_to_end(harness.executor("die(signal.SIGKILL)"), a_batch())
    assert (execution.cause, execution.named) == (Cause.CRASHED, ())


def test_a_batch_is_seen_from_launch_to_end(harness: Harness, scratch: Scratch) -> None:
    executor, batch = harness.executor("hold()"), a_batch()
    assert executor.executions() == {}
    launch(executor, batch)
    assert executor.executions()[batch.id].phase in (Phase.PENDING, Phase.RUNNING)
    running = seen(executor, batch, lambda execution: execution.phase is Phase.RUNNING)
    assert running.cause is None
    scratch.release()
    assert ended(executor, batch).pod == running.pod


def test_stop_gives_time_to_flush(harness: Harness, scratch: Scratch) -> None:
    worker = "on_term(lambda: (note('asked'), hold(), sys.exit(143))); note('ready'); stay()"
    executor, batch = harness.executor(worker, grace_seconds=30), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("ready"), "the worker is ready")
    executor.stop(batch.id)
    wait_for(lambda: scratch.noted("asked"), "the worker was asked to end")
    assert executor.executions()[batch.id].phase is Phase.STOPPING
    executor.stop(batch.id)
    scratch.release()
    assert ended(executor, batch).cause is Cause.INTERRUPTED


def test_a_batch_that_finishes_while_it_is_stopped_ended_well(
    harness: Harness, scratch: Scratch
) -> None:
    worker = "on_term(lambda: sys.exit(0)); note('ready'); stay()"
    executor, batch = harness.executor(worker), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("ready"), "the worker is ready")
    executor.stop(batch.id)
    assert ended(executor, batch).cause is None


def test_only_the_worker_itself_is_asked_to_end(harness: Harness, scratch: Scratch) -> None:
    # The worker lingers, so that a child that was asked as well has the time to note it.
    worker = """
child("on_term(lambda: note('child asked')); note('child'); stay()")
on_term(lambda: (time.sleep(0.3), sys.exit(143)))
note('ready')
stay()
"""
    executor, batch = harness.executor(worker, grace_seconds=30), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("ready"), "the worker is ready")
    executor.stop(batch.id)
    assert ended(executor, batch).cause is Cause.INTERRUPTED
    assert not scratch.noted("child asked")
    assert scratch.alive == 0


def test_a_worker_that_will_not_end_is_killed(harness: Harness, scratch: Scratch) -> None:
    worker = f"on_term(lambda: note('asked')); {HELD_CHILD}; note('ready'); stay()"
    executor, batch = harness.executor(worker), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("ready"), "the worker is ready")
    executor.stop(batch.id)
    assert ended(executor, batch).cause is Cause.INTERRUPTED
    assert scratch.noted("asked")
    assert scratch.alive == 0


def test_stop_before_the_start(harness: Harness) -> None:
    executor, batch = harness.executor("stay()"), a_batch()
    launch(executor, batch)
    executor.stop(batch.id)
    assert ended(executor, batch).cause is Cause.INTERRUPTED


def test_the_memory_of_all_its_processes_is_bounded(harness: Harness, scratch: Scratch) -> None:
    child = "child('kept = allocate(60); note(\"child\"); stay()')"
    worker = f"blame(4); {child}; be_killed_first(); kept = allocate(60); stay()"
    execution = run_to_end(harness.executor(worker), a_batch(memory=100 << 20))
    assert execution.cause is Cause.OUT_OF_MEMORY
    assert execution.named == (4,)
    assert scratch.alive == 0


def test_memory_that_its_processes_share_counts_once(harness: Harness) -> None:
    # It works for as long as its memory must have been looked at.
    worker = "kept = allocate(60); os.fork(); os.fork(); time.sleep(2)"
    assert run_to_end(harness.executor(worker), a_batch(memory=100 << 20)).cause is None


def test_the_deadline_ends_a_batch(harness: Harness) -> None:
    execution = run_to_end(harness.executor("stay()"), a_batch(deadline_seconds=1.0))
    assert execution.cause is Cause.INTERRUPTED
    assert "deadline" in execution.message


def test_nothing_of_an_ended_batch_is_left(harness: Harness, scratch: Scratch) -> None:
    detached = "child('note(\"child\"); stay()', detached=True)"
    execution = run_to_end(harness.executor(detached), a_batch())
    assert execution.cause is None
    assert (scratch.started, scratch.alive) == (2, 0)


def test_a_worker_that_is_killed_takes_its_children_along(
    harness: Harness, scratch: Scratch
) -> None:
    worker = f"{HELD_CHILD}; die(signal.SIGKILL)"
    execution = run_to_end(harness.executor(worker), a_batch())
    assert execution.cause is Cause.CRASHED
    assert (scratch.started, scratch.alive) == (2, 0)


def test_to_launch_again_changes_nothing(harness: Harness, scratch: Scratch) -> None:
    executor, batch = harness.executor("hold()"), a_batch()
    launch(executor, batch)
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    launch(executor, batch)
    scratch.release()
    before = ended(executor, batch)
    launch(executor, batch)
    assert ended(executor, batch) == before
    assert scratch.started == 1


def test_two_controllers_that_launch_at_once_start_one_worker(
    harness: Harness, scratch: Scratch
) -> None:
    batch = a_batch()
    executors = [harness.executor("hold()") for _ in range(4)]
    threads = [threading.Thread(target=launch, args=(e, batch)) for e in executors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scratch.release()
    pods = {ended(executor, batch).pod for executor in executors}
    assert (len(pods), scratch.started) == (1, 1)


def test_the_next_controller_adopts_what_runs(harness: Harness, scratch: Scratch) -> None:
    first, batch = harness.executor("hold()"), a_batch()
    launch(first, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    first.close()
    second = harness.executor("sys.exit('this one has nothing to start')")
    launch(second, batch)
    assert second.executions()[batch.id].phase is Phase.RUNNING
    second.stop(batch.id)
    assert ended(second, batch).cause is Cause.INTERRUPTED
    assert scratch.started == 1


def test_the_next_controller_sees_what_has_ended(harness: Harness) -> None:
    first, batch = harness.executor("blame(2); die(signal.SIGABRT)"), a_batch()
    before = run_to_end(first, batch)
    first.close()
    assert harness.executor("").executions() == {batch.id: before}


def test_a_removed_batch_is_forgotten_but_for_its_log(harness: Harness) -> None:
    executor, batch, other = harness.executor("print('hello')"), a_batch(0), a_batch(1)
    run_to_end(executor, batch)
    run_to_end(executor, other)
    executor.remove(batch.id)
    executor.remove(batch.id)
    assert set(executor.executions()) == {other.id}
    assert executor.log(batch.id) == "hello\n"


def test_what_runs_is_not_removed(harness: Harness, scratch: Scratch) -> None:
    executor, batch = harness.executor("print('hello'); hold()"), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    assert executor.log(batch.id) == "hello\n"
    executor.remove(batch.id)
    assert executor.executions()[batch.id].phase.live


def test_what_is_unknown_is_no_error(harness: Harness) -> None:
    executor = harness.executor("")
    executor.stop("nobody-0")
    executor.remove("nobody-0")
    assert executor.log("nobody-0") is None
    assert executor.executions() == {}


def test_wait_returns_when_a_batch_ends(harness: Harness, scratch: Scratch) -> None:
    executor, batch = harness.executor("hold()"), a_batch()
    launch(executor, batch)
    wait_for(lambda: scratch.noted("holding"), "the worker works")
    executor.wait(0.01)
    assert executor.executions()[batch.id].phase.live

    before = time.monotonic()
    scratch.release()
    while executor.executions()[batch.id].phase.live:
        executor.wait(100)
    assert time.monotonic() - before < 50


def test_batches_run_beside_each_other(harness: Harness, scratch: Scratch) -> None:
    executor = harness.executor("hold()")
    batches = [a_batch(number, cpu=0.25) for number in range(3)]
    for batch in batches:
        launch(executor, batch)
    wait_for(lambda: scratch.alive == 3, "all work at once")
    executor.stop(batches[0].id)
    assert ended(executor, batches[0]).cause is Cause.INTERRUPTED
    assert executor.executions()[batches[1].id].phase is Phase.RUNNING
    scratch.release()
    causes = [ended(executor, batch).cause for batch in batches[1:]]
    assert causes == [None, None]


def test_there_is_room_for_a_batch_of_any_size(harness: Harness) -> None:
    executor = harness.executor("")
    for cpu in (0.5, 1.0, 10_000.0):
        bound = executor.capacity(cpu)
        assert bound is None or bound >= 1
