"""What is said about an experiment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from crosstrial.decide.conditions import next_status
from crosstrial.decide.ends import End
from crosstrial.decide.snapshot import ExperimentView, LiveBatch, Progress
from crosstrial.domain.batch import Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Obstacle, Phase
from crosstrial.domain.experiment import Condition, ExperimentState, Status
from support.plans import batch, ended, running, view
from support.registered import MOMENT, document, outcome, record, settlement

LATER = MOMENT + timedelta(hours=1)
BUDGET = document(limits={"wallClock": 10.0})


def seen(
    status: Status | None = None,
    state: ExperimentState = ExperimentState.ACTIVE,
    **fields: Any,
) -> ExperimentView:
    return view(record(state=state, status=status, of=BUDGET), **fields)


def told(of: ExperimentView, *settled: Settlement, end: End | None = None) -> Status:
    return next_status(of, settled, LATER, end=end)


def condition(kind: str, status: str, reason: str, message: str = "as it was") -> Condition:
    return Condition.model_validate(
        {
            "type": kind,
            "status": status,
            "reason": reason,
            "message": message,
            "lastTransitionTime": MOMENT,
        }
    )


def batch_end(cause: Cause | None, message: str | None = None) -> Settlement:
    return settlement([outcome()]).model_copy(update={"cause": cause, "message": message})


def test_an_untouched_experiment_has_nothing_to_say() -> None:
    assert told(seen()) == Status()


@pytest.mark.parametrize(
    ("of", "end", "reason", "message"),
    [
        pytest.param(
            seen(elapsed=3.0),
            End.ALL_PAIRS_CLOSED,
            "AllPairsClosed",
            "every pair is closed",
            id="all",
        ),
        pytest.param(
            seen(elapsed=10.0),
            End.BUDGET_EXHAUSTED,
            "BudgetExhausted",
            "wallClock: 10 s have passed",
            id="budget",
        ),
    ],
)
def test_the_end_is_told_with_its_reason_and_time(
    of: ExperimentView, end: End, reason: str, message: str
) -> None:
    status = told(of, end=end)
    completed = status.condition("Completed")
    assert completed is not None
    assert (completed.status, completed.reason, completed.message) == ("True", reason, message)
    assert completed.last_transition_time == LATER
    assert status.ended == LATER
    assert status.elapsed_seconds == of.elapsed_seconds


ENDED = Status(
    ended=MOMENT,
    conditions=(condition("Completed", "True", "AllPairsClosed"),),
    elapsed_seconds=9.0,
)


def test_an_extension_takes_the_end_back() -> None:
    status = told(seen(ENDED, elapsed=9.0))
    completed = status.condition("Completed")
    assert completed is not None
    assert (completed.status, completed.reason) == ("False", "Active")
    assert completed.last_transition_time == LATER
    assert status.ended is None


@pytest.mark.parametrize(
    "state", [ExperimentState.COMPLETED, ExperimentState.CANCELLED, ExperimentState.DELETING]
)
def test_a_stray_batch_of_an_ended_experiment_is_no_new_work(state: ExperimentState) -> None:
    of = seen(ENDED.model_copy(update={"started": MOMENT}), state, live=[running(batch())])
    assert told(of) == of.record.status


def test_a_cancelled_experiment_ends_when_its_batches_do() -> None:
    status = told(seen(state=ExperimentState.CANCELLED, live=[running(batch())]))
    assert status.ended == LATER
    assert status.condition("Completed") is None


def test_the_first_batch_is_the_start() -> None:
    first = told(seen(live=[running(batch())]))
    assert first.started == LATER
    later = next_status(seen(first, live=[running(batch())]), (), LATER + timedelta(1), end=None)
    assert later.started == LATER


BLOCKED = condition("DataSetsBlocked", "True", "DataSetError")


@pytest.mark.parametrize(
    ("status", "blocked", "expected"),
    [
        pytest.param(Status(), set(), None, id="never"),
        pytest.param(Status(), {"wine", "iris"}, ("True", "iris, wine"), id="named in order"),
        pytest.param(Status(conditions=(BLOCKED,)), set(), ("False", ""), id="readable again"),
    ],
)
def test_data_sets_that_cannot_be_read_are_named(
    status: Status, blocked: set[str], expected: tuple[str, str] | None
) -> None:
    found = told(seen(status, past=Progress(blocked=frozenset(blocked)))).condition(
        "DataSetsBlocked"
    )
    if expected is None:
        assert found is None
        return
    assert found is not None
    assert found.status == expected[0]
    assert expected[1] in found.message


INTERRUPTED = condition("BatchesInterrupted", "True", "Interrupted")


@pytest.mark.parametrize(
    ("status", "ends", "expected"),
    [
        pytest.param(Status(), [], None, id="nothing ended"),
        pytest.param(Status(), [batch_end(None)], None, id="ended well"),
        pytest.param(Status(), [batch_end(Cause.DATASET_ERROR)], None, id="told as blocked"),
        pytest.param(
            Status(),
            [batch_end(Cause.IMAGE_ERROR, "no such image")],
            ("True", "ImageError", "no such image"),
            id="early",
        ),
        pytest.param(
            Status(), [batch_end(Cause.CRASHED)], ("True", "Crashed", "crashed"), id="no message"
        ),
        pytest.param(
            Status(),
            [batch_end(Cause.IMAGE_ERROR, "no such image"), batch_end(None)],
            ("True", "ImageError", "no such image"),
            id="one of several",
        ),
        pytest.param(
            Status(),
            [batch_end(Cause.IMAGE_ERROR, "no such image"), batch_end(Cause.INTERRUPTED, "bye")],
            ("True", "Interrupted", "bye"),
            id="the last of several",
        ),
        pytest.param(
            Status(conditions=(INTERRUPTED,)),
            [],
            ("True", "Interrupted", "as it was"),
            id="no news",
        ),
        pytest.param(
            Status(conditions=(INTERRUPTED,)),
            [batch_end(None)],
            ("False", "EndedWell", "the last one ended well"),
            id="over",
        ),
    ],
)
def test_batches_that_ended_early_are_told_of_until_one_ends_well(
    status: Status, ends: list[Settlement], expected: tuple[str, str, str] | None
) -> None:
    found = told(seen(status), *ends).condition("BatchesInterrupted")
    assert (found and (found.status, found.reason, found.message)) == expected


def held(number: int, obstacle: Obstacle, message: str) -> LiveBatch:
    of = batch(number=number)
    return LiveBatch(of, Execution(of.id, Phase.PENDING, message=message, obstacle=obstacle))


PENDING = condition("BatchesPending", "True", "Unschedulable", "batch 5-0: no node fits")


@pytest.mark.parametrize(
    ("status", "live", "expected"),
    [
        pytest.param(Status(), [], None, id="no batch"),
        pytest.param(Status(), [running(batch(), Phase.PENDING)], None, id="about to start"),
        pytest.param(
            Status(),
            [running(batch()), held(1, Obstacle.POD_REFUSED, "exceeded quota: tiny")],
            ("True", "PodRefused", f"batch {batch(number=1).id}: exceeded quota: tiny"),
            id="one of two",
        ),
        pytest.param(
            Status(),
            [held(1, Obstacle.IMAGE_ERROR, "no image"), held(2, Obstacle.UNSCHEDULABLE, "full")],
            ("True", "ImageError", f"batch {batch(number=1).id}: no image"),
            id="the oldest",
        ),
        pytest.param(
            Status(conditions=(PENDING,)),
            [held(0, Obstacle.QUEUED, "it waits in the queue small")],
            ("True", "Queued", f"batch {batch().id}: it waits in the queue small"),
            id="another obstacle",
        ),
        pytest.param(
            Status(conditions=(PENDING,)),
            [running(batch())],
            ("False", "AllStart", "no batch is kept from starting"),
            id="it runs",
        ),
        pytest.param(
            Status(conditions=(PENDING,)),
            [ended(batch(), cause=Cause.INTERRUPTED)],
            ("False", "AllStart", "no batch is kept from starting"),
            id="it was stopped",
        ),
    ],
)
def test_what_keeps_a_batch_from_starting_is_told_while_it_does(
    status: Status, live: list[LiveBatch], expected: tuple[str, str, str] | None
) -> None:
    found = told(seen(status, live=live)).condition("BatchesPending")
    assert (found and (found.status, found.reason, found.message)) == expected


def test_what_keeps_a_batch_from_starting_is_written_once() -> None:
    live = [held(0, Obstacle.UNSCHEDULABLE, "no node fits")]
    once = told(seen(live=live))
    assert told(seen(once, live=live)) == once


def test_a_condition_keeps_its_time_while_its_status_stays() -> None:
    status = told(seen(Status(conditions=(INTERRUPTED,))), batch_end(Cause.UNSCHEDULABLE, "full"))
    found = status.condition("BatchesInterrupted")
    assert found is not None
    assert (found.reason, found.last_transition_time) == ("Unschedulable", MOMENT)


@pytest.mark.parametrize(
    ("elapsed", "written"),
    [pytest.param(6.9, 5.0, id="not yet"), pytest.param(7.0, 7.0, id="every two seconds")],
)
def test_elapsed_time_is_written_now_and_then(elapsed: float, written: float) -> None:
    assert told(seen(Status(elapsed_seconds=5.0), elapsed=elapsed)).elapsed_seconds == written


def test_elapsed_time_is_written_with_any_news() -> None:
    status = told(seen(Status(elapsed_seconds=5.0), elapsed=5.5), batch_end(Cause.INTERRUPTED))
    assert status.elapsed_seconds == 5.5
