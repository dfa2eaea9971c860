"""Real workers on batches made by hand: what they write, how they end, what they leave behind."""

from __future__ import annotations

import itertools
from typing import Any

import psutil

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from support.arena import wait_for
from support.worker import MEBIBYTE, Workers, below, store_uri, trial_children, workers

__all__ = ["store_uri", "workers"]

DONE, ERROR, STORE_UNREACHABLE, TAKEN, TERMINATED = 0, 1, 69, 75, 143
GOOD: dict[str, Any] = {}


def test_four_bad_trials_leave_twenty_good_ones_unharmed(workers: Workers) -> None:
    bad = {
        2: ("fail", Cause.ESTIMATOR_ERROR, "RuntimeError: it cannot be fitted"),
        5: ("crash", Cause.CRASHED, "its process was ended by SIGSEGV"),
        11: ("hang", Cause.TIMEOUT, "limits.trialSeconds"),
        17: ("allocate", Cause.OUT_OF_MEMORY, "a trial's share is 400 MiB"),
    }
    batch = workers.batch(
        [{"deed": bad[index][0]} if index in bad else GOOD for index in range(24)],
        cpu=2.0,
        memory=(256 + 2 * 400) * MEBIBYTE,
        trial_seconds=4.0,
    )
    code, printed = workers.run(batch)

    assert code == DONE, printed
    outcomes = workers.outcomes(batch)
    failed = {i: o for i, o in outcomes.items() if o.state is OutcomeState.FAILED}
    assert {i: o.cause for i, o in failed.items()} == {i: cause for i, (_, cause, _) in bad.items()}
    for index, (_, _, words) in bad.items():
        assert words in str(failed[index].message)
    assert sorted(outcomes) == list(range(24))
    assert all(outcomes[i].splits[0].scores.test for i in outcomes.keys() - bad.keys())
    # Where it crashed is in the message, and nothing runs any more.
    assert "misbehaving.py" in str(failed[5].message)
    assert workers.termination_log.read_bytes() == b"              -\n" * 2
    start = workers.store.start(batch.id)
    assert start is not None
    assert {"python", "scikit-learn", "numpy", "pandas", "crosstrial"} <= set(start.versions)


CAUSES = {
    "an exception in fit": ({"deed": "fail"}, Cause.ESTIMATOR_ERROR, "it cannot be fitted"),
    "an exception in predict": (
        {"predicts": "nothing"},
        Cause.ESTIMATOR_ERROR,
        "RuntimeError: it cannot predict",
    ),
    "exit": ({"deed": "leave"}, Cause.ESTIMATOR_ERROR, "SystemExit: 3"),
    "an unknown parameter": ({"depth": 3}, Cause.INVALID_PARAMETERS, "depth"),
    "a parameter of no part": ({"deed__x": 3}, Cause.INVALID_PARAMETERS, "set_params"),
    "no memory": ({"deed": "run_out"}, Cause.OUT_OF_MEMORY, "MemoryError"),
    "an exit behind our back": ({"deed": "vanish"}, Cause.CRASHED, "exit code 0"),
    "a connection closed behind our back": ({"deed": "close_everything"}, Cause.CRASHED, ""),
    "the store's address is not there": (
        {"deed": "tell_store"},
        Cause.ESTIMATOR_ERROR,
        "store: None",
    ),
}


def test_every_failure_has_its_cause_and_says_why(workers: Workers) -> None:
    batch = workers.batch([configuration for configuration, _, _ in CAUSES.values()])
    code, printed = workers.run(batch)
    assert code == DONE, printed
    outcomes = workers.outcomes(batch)
    for index, (name, (_, cause, words)) in enumerate(CAUSES.items()):
        assert outcomes[index].cause is cause, name
        assert words in str(outcomes[index].message).splitlines()[-1], name


def test_what_scikit_learn_refuses_is_an_invalid_parameter(workers: Workers) -> None:
    batch = workers.batch(
        [{"max_depth": -3}, {"max_depth": 3}], estimator="sklearn.tree.DecisionTreeClassifier"
    )
    assert workers.run(batch)[0] == DONE
    outcomes = workers.outcomes(batch)
    assert outcomes[0].cause is Cause.INVALID_PARAMETERS
    assert "max_depth" in str(outcomes[0].message)
    assert outcomes[1].state is OutcomeState.SUCCEEDED


def test_what_trials_print_reaches_the_log_within_bounds(workers: Workers) -> None:
    batch = workers.batch([{"deed": "chatter"}] * 40)
    code, printed = workers.run(batch)
    assert code == DONE
    assert {o.state for o in workers.outcomes(batch).values()} == {OutcomeState.SUCCEEDED}
    assert len(workers.outcomes(batch)) == 40
    assert "it may not converge" in printed
    assert "is left out" in printed
    assert len(printed) < 150_000


def test_a_trial_that_prints_without_end_is_ended_like_any_other(workers: Workers) -> None:
    batch = workers.batch([{"deed": "flood"}, GOOD], trial_seconds=2.0)
    assert workers.run(batch)[0] == DONE
    outcomes = workers.outcomes(batch)
    assert [outcomes[i].cause for i in range(2)] == [Cause.TIMEOUT, None]


def test_memory_that_a_trial_leaves_is_not_held_against_the_next(workers: Workers) -> None:
    batch = workers.batch([{"keep": 300}] * 4, memory=(256 + 512) * MEBIBYTE)
    assert workers.run(batch)[0] == DONE
    assert [o.cause for _, o in sorted(workers.outcomes(batch).items())] == [None] * 4


def test_a_trial_may_remove_the_folder_for_what_is_temporary(workers: Workers) -> None:
    batch = workers.batch([{"deed": "use_temporary"}] * 3)
    assert workers.run(batch)[0] == DONE
    assert [str(o.message) for o in workers.outcomes(batch).values()] == ["None"] * 3


def test_a_child_that_is_killed_fails_its_trial_alone(workers: Workers) -> None:
    gate = workers.folder / "gate"
    batch = workers.batch([GOOD, {"gate": str(gate)}, GOOD])
    worker = workers.start(batch)
    workers.wait_for_trials(1)
    trial_children(worker.pid)[0].kill()
    worker.communicate(timeout=60)
    assert worker.returncode == DONE
    outcomes = workers.outcomes(batch)
    assert [outcomes[i].cause for i in range(3)] == [None, Cause.CRASHED, None]


def test_suspects_run_one_after_another_each_in_a_fresh_child(workers: Workers) -> None:
    batch = workers.batch([{"deed": "tell_process"}] * 4, cpu=2.0, suspects=True)
    assert workers.run(batch)[0] == DONE
    outcomes = sorted(workers.outcomes(batch).values(), key=lambda outcome: outcome.started)
    assert len({str(outcome.message).splitlines()[-1] for outcome in outcomes}) == 4
    for one, following in itertools.pairwise(outcomes):
        assert one.finished <= following.started


def test_trials_of_others_share_a_child(workers: Workers) -> None:
    batch = workers.batch([{"deed": "tell_process"}] * 4)
    assert workers.run(batch)[0] == DONE
    outcomes = workers.outcomes(batch).values()
    assert len({str(outcome.message).splitlines()[-1] for outcome in outcomes}) == 1


def test_terminated_it_keeps_what_has_ended_and_leaves_nothing_running(workers: Workers) -> None:
    gate = workers.folder / "gate"
    batch = workers.batch([GOOD, {"gate": str(gate)}, {"deed": "hang"}, GOOD, GOOD], cpu=2.0)
    worker = workers.start(batch)
    workers.wait_for_trials(1, 2)
    processes = below(worker.pid)
    worker.terminate()
    gate.touch()  # this trial ends while the others' grace runs
    worker.communicate(timeout=15)
    assert worker.returncode == TERMINATED
    assert sorted(workers.outcomes(batch)) == [0, 1]
    wait_for(lambda: not any(map(psutil.Process.is_running, processes)), "all have ended")


def test_terminated_while_it_starts_it_ends_at_once(workers: Workers) -> None:
    batch = workers.batch([GOOD])
    temporary = workers.folder / "temporary"
    temporary.mkdir()
    worker = workers.start(batch, TMPDIR=str(temporary))
    wait_for(lambda: below(worker.pid), "it has begun")
    worker.terminate()
    worker.communicate(timeout=15)
    assert worker.returncode == TERMINATED
    assert list(temporary.glob("crosstrial-*")) == []


def test_killed_it_leaves_no_process(workers: Workers) -> None:
    batch = workers.batch([{"deed": "hang"}, {"deed": "hang"}], cpu=2.0)
    worker = workers.start(batch)
    workers.wait_for_trials(0, 1)
    processes = below(worker.pid)
    assert len(trial_children(worker.pid)) == 2
    worker.kill()
    wait_for(lambda: not any(map(psutil.Process.is_running, processes)), "all have ended")
