"""What a tick does with a batch, from its commit to its settlement."""

from __future__ import annotations

from typing import Any

import pytest

from crosstrial.decide.actions import (
    Action,
    InsertFailures,
    LaunchBatch,
    RemoveExecution,
    SettleBatch,
    StopBatch,
    WithdrawBatch,
)
from crosstrial.decide.lifecycle import Step, next_step
from crosstrial.decide.snapshot import LiveBatch
from crosstrial.domain.batch import CONTROLLER_POD, BatchState, Became
from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import Execution, Obstacle, Phase
from support.plans import batch, end, ended, entry, outcome, running, start
from support.registered import MOMENT

LAUNCHED = batch()
PLANNED = batch(state=BatchState.PLANNED)
WITHDRAWN = start(PLANNED).model_copy(update={"withdrawn": True, "pod": CONTROLLER_POD})
LIVE_PHASES = [phase for phase in Phase if phase.live]


def step(live: LiveBatch, *, revision: int = 1, cancelled: bool = False) -> Step:
    return next_step(live, MOMENT, revision=revision, cancelled=cancelled)


def kinds(actions: tuple[Action, ...]) -> list[type[Action]]:
    return [type(action) for action in actions]


@pytest.mark.parametrize("phase", LIVE_PHASES)
def test_what_runs_is_left_alone(phase: Phase) -> None:
    assert step(running(LAUNCHED, phase)) == Step()


@pytest.mark.parametrize("phase", LIVE_PHASES)
def test_a_batch_that_runs_without_being_marked_is_marked(phase: Phase) -> None:
    assert step(running(PLANNED, phase)) == Step((LaunchBatch(PLANNED),))


@pytest.mark.parametrize("of", [PLANNED, LAUNCHED], ids=["planned", "launched"])
@pytest.mark.parametrize("phase", LIVE_PHASES)
def test_what_runs_of_a_cancelled_experiment_is_stopped_once(of: Any, phase: Phase) -> None:
    stops = () if phase is Phase.STOPPING else (StopBatch(of.id),)
    assert step(running(of, phase), cancelled=True) == Step(stops)


@pytest.mark.parametrize(
    ("phase", "obstacle", "revision", "stopped"),
    [
        pytest.param(Phase.PENDING, Obstacle.UNSCHEDULABLE, 2, True, id="stuck, and extended"),
        pytest.param(Phase.PENDING, Obstacle.UNSCHEDULABLE, 1, False, id="stuck"),
        pytest.param(Phase.PENDING, None, 2, False, id="about to start"),
        pytest.param(Phase.RUNNING, None, 2, False, id="runs"),
    ],
)
def test_a_stuck_batch_makes_way_for_a_new_revision(
    phase: Phase, obstacle: Obstacle | None, revision: int, *, stopped: bool
) -> None:
    seen = Execution(LAUNCHED.id, phase, obstacle=obstacle)
    actions = (StopBatch(LAUNCHED.id),) if stopped else ()
    assert step(LiveBatch(LAUNCHED, seen), revision=revision) == Step(actions)


def test_a_committed_batch_waits_for_a_slot() -> None:
    assert step(LiveBatch(PLANNED, outcomes=())) == Step(waits_for_slot=True)


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        pytest.param(
            ended(LAUNCHED, outcome(LAUNCHED)), [SettleBatch, RemoveExecution], id="ended well"
        ),
        pytest.param(
            ended(PLANNED, outcome(PLANNED)),
            [SettleBatch, RemoveExecution],
            id="ended before it was marked",
        ),
        pytest.param(
            LiveBatch(LAUNCHED, end(LAUNCHED, Cause.IMAGE_ERROR), None, ()),
            [WithdrawBatch, SettleBatch, RemoveExecution],
            id="never started",
        ),
        pytest.param(
            LiveBatch(LAUNCHED, None, None, ()), [WithdrawBatch, SettleBatch], id="vanished"
        ),
        pytest.param(
            LiveBatch(LAUNCHED, None, start(LAUNCHED), ()), [SettleBatch], id="started and vanished"
        ),
        pytest.param(
            LiveBatch(PLANNED, None, start(PLANNED), ()),
            [SettleBatch],
            id="started and vanished before it was marked",
        ),
        pytest.param(
            LiveBatch(PLANNED, None, WITHDRAWN, ()), [SettleBatch], id="withdrawn, not settled yet"
        ),
        pytest.param(
            ended(
                batch(entry(0, attempt=10, interruptions=9)),
                cause=Cause.INTERRUPTED,
            ),
            [InsertFailures, SettleBatch, RemoveExecution],
            id="with a failure that no worker wrote",
        ),
    ],
)
def test_what_has_ended_is_settled_then_forgotten(
    live: LiveBatch, expected: list[type[Action]]
) -> None:
    taken = step(live)
    assert kinds(taken.actions) == expected
    (settle,) = (action for action in taken.actions if isinstance(action, SettleBatch))
    assert settle == SettleBatch(live.batch.id, settle.settlement)
    assert taken.settlement == settle.settlement


def test_the_failures_that_are_inserted_are_those_that_the_record_counts() -> None:
    of = batch(entry(0), suspects=True, memory=4 << 30)
    taken = step(ended(of, cause=Cause.CRASHED, named=(0,)))
    insert = taken.actions[0]
    assert isinstance(insert, InsertFailures)
    assert [failure.trial for failure in insert.outcomes] == [of.trial(0)]


def test_a_cancelled_batch_that_never_started_is_withdrawn_and_dropped() -> None:
    taken = step(LiveBatch(PLANNED, outcomes=()), cancelled=True)
    assert kinds(taken.actions) == [WithdrawBatch, SettleBatch]
    assert taken.settlement is not None
    assert [fate.became for fate in taken.settlement.fates] == [Became.DROPPED]


def test_what_is_not_launched_when_the_budget_is_spent_is_not_started() -> None:
    taken = next_step(
        LiveBatch(PLANNED, outcomes=()), MOMENT, revision=1, cancelled=False, spent=True
    )
    assert kinds(taken.actions) == [WithdrawBatch, SettleBatch]
    assert taken.settlement is not None
    # A greater budget takes them up again.
    assert [fate.became for fate in taken.settlement.fates] == [Became.UNFINISHED]


def test_what_runs_when_the_budget_is_spent_goes_on() -> None:
    assert next_step(running(LAUNCHED), MOMENT, revision=1, cancelled=False, spent=True) == Step()


@pytest.mark.parametrize("cancelled", [False, True])
def test_what_another_controller_runs_is_left_to_it(*, cancelled: bool) -> None:
    assert step(LiveBatch(LAUNCHED, elsewhere=True), cancelled=cancelled) == Step()
