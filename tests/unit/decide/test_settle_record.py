"""What is written of a settled batch: sums, flags, core seconds, why it ended."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crosstrial.decide.settle import MOST_INTERRUPTIONS, Settling, settle
from crosstrial.decide.snapshot import LiveBatch
from crosstrial.domain.batch import CONTROLLER_POD, Batch, Entry, Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import PairSums
from support.plans import batch, end, ended, entry, outcome, start
from support.registered import MOMENT

FULL: dict[str, Any] = {"memory": 4 << 30}  # what `batch` may grow to


def settling(live: LiveBatch) -> Settling:
    return settle(live, MOMENT, cancelled=False)


def settlement(live: LiveBatch) -> Settlement:
    return settling(live).settlement


def of_attempt(number: int) -> Entry:
    return entry(attempt=number, interruptions=number - 1)


def test_sums_are_of_what_counts_and_indices_of_what_was_handed_out() -> None:
    of = batch(
        entry(4, "svm"), entry(0), entry(3, attempt=2), entry(9, "svm"), entry(0, "baseline")
    )
    found = [
        outcome(of, 0, seconds=1.0),
        outcome(of, 1, Cause.TIMEOUT, seconds=2.0),
        outcome(of, 2, Cause.OUT_OF_MEMORY, seconds=4.0),
        outcome(of, 4, state=OutcomeState.PRUNED, seconds=8.0),
    ]
    assert set(settlement(ended(of, *found, cause=Cause.INTERRUPTED)).sums) == {
        PairSums(model="svm", succeeded=1, seconds=1.0, next=10),
        PairSums(model="forest", failed=1, seconds=2.0, next=4),
        PairSums(model="baseline", pruned=1, seconds=8.0, next=1),
    }


@pytest.mark.parametrize(
    ("entries", "outcomes", "unfinished", "retries", "cause"),
    [
        pytest.param([entry()], [None], False, False, None, id="all well"),
        pytest.param([entry(attempt=2)], [None], False, True, None, id="a retry"),
        pytest.param([entry()], [Cause.TIMEOUT], False, False, None, id="a failure"),
        pytest.param([entry()], [Cause.OUT_OF_MEMORY], True, False, None, id="to have more memory"),
        pytest.param([entry()], [], True, False, Cause.WORKER_ERROR, id="left out"),
        pytest.param(
            [of_attempt(MOST_INTERRUPTIONS)],
            [],
            False,
            True,
            Cause.WORKER_ERROR,
            id="left out for the last time",
        ),
    ],
)
def test_the_record_says_what_a_restart_must_read_and_whether_the_worker_did_its_work(
    entries: list[Entry],
    outcomes: list[Cause | None],
    unfinished: bool,
    retries: bool,
    cause: Cause | None,
) -> None:
    of = batch(*entries)
    result = settlement(ended(of, *(outcome(of, p, c) for p, c in enumerate(outcomes))))
    assert (result.has_unfinished, result.has_retries) == (unfinished, retries)
    assert result.cause is cause
    assert (result.message is None) is (cause is None)


def test_the_record_keeps_the_pods_last_words() -> None:
    of = batch()
    live = LiveBatch(of, end(of, Cause.IMAGE_ERROR, message="no such image", log="bye\n"), None, ())
    result = settlement(live)
    assert (result.pod, result.message, result.log) == ("pod", "no such image", "bye\n")
    assert (result.cause, result.settled) == (Cause.IMAGE_ERROR, MOMENT)


def at(seconds: float, of: Batch, position: int, **fields: Any) -> Outcome:
    return outcome(of, position, finished=MOMENT + timedelta(seconds=seconds), **fields)


@pytest.mark.parametrize(
    ("offsets", "fields", "seconds"),
    [
        pytest.param([3.0, 5.0], {}, 10.0, id="two cores until the last outcome"),
        pytest.param([], {}, 0.0, id="no outcome"),
        pytest.param([5.0], {"batch": "another"}, 0.0, id="another batch's late outcome"),
        pytest.param([5.0], {"pod": CONTROLLER_POD}, 0.0, id="the controller's failure"),
        pytest.param([-5.0], {}, 0.0, id="a clock that was set back"),
    ],
)
def test_cpu_seconds_are_cores_times_the_workers_life(
    offsets: list[float], fields: dict[str, Any], seconds: float
) -> None:
    of = batch(entry(0), entry(1), cpu=2.0)
    found = [at(offset, of, position, **fields) for position, offset in enumerate(offsets)]
    assert settlement(ended(of, *found)).cpu_seconds == seconds


def test_what_never_started_used_no_core() -> None:
    of = batch()
    assert settlement(LiveBatch(of, end(of, Cause.IMAGE_ERROR), None, ())).cpu_seconds == 0.0


@pytest.mark.parametrize(
    "live",
    [
        pytest.param(
            ended(batch(entry(0), suspects=True, **FULL), cause=Cause.CRASHED, named=(0,)),
            id="killed alone",
        ),
        pytest.param(
            ended(batch(of_attempt(MOST_INTERRUPTIONS), entry(1)), cause=Cause.INTERRUPTED),
            id="tenth interruption",
        ),
    ],
)
def test_a_controller_killed_after_inserting_failures_settles_to_the_same(live: LiveBatch) -> None:
    first = settling(live)
    again = settling(
        LiveBatch(live.batch, live.execution, live.start, (*(live.outcomes or ()), *first.failures))
    )
    assert again.settlement == first.settlement
    assert not again.failures


@pytest.mark.parametrize(
    ("finished", "seconds"),
    [
        pytest.param(40.0, 80.0, id="long after its last outcome"),
        pytest.param(None, 20.0, id="nobody knows when"),
        pytest.param(-5.0, 20.0, id="a clock that was set back"),
    ],
)
def test_the_cores_of_a_killed_batch_are_used_until_its_pod_ended(
    finished: float | None, seconds: float
) -> None:
    of = batch(entry(0), entry(1), cpu=2.0)
    moment = None if finished is None else MOMENT + timedelta(seconds=finished)
    killed = end(of, Cause.INTERRUPTED, finished=moment)
    live = LiveBatch(of, killed, start(of), (at(10.0, of, 0),))
    assert settlement(live).cpu_seconds == seconds


def test_a_batch_that_was_withdrawn_used_no_core() -> None:
    of = batch(cpu=2.0)
    withdrawn = start(of, withdrawn=True)
    late = end(of, Cause.IMAGE_ERROR, finished=MOMENT + timedelta(seconds=40))
    assert settlement(LiveBatch(of, late, withdrawn, ())).cpu_seconds == 0.0
