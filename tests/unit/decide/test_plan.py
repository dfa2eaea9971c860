"""What one tick decides."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from crosstrial.decide.actions import (
    Action,
    ChangeState,
    CommitBatch,
    DeleteExperiment,
    LaunchBatch,
    RemoveExecution,
    SetStatus,
    SettleBatch,
    StopBatch,
)
from crosstrial.decide.batches import next_batches
from crosstrial.decide.plan import plan
from crosstrial.decide.snapshot import ExperimentView, FalseStart, LiveBatch, Progress, Snapshot
from crosstrial.domain.batch import Batch, BatchState
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.experiment import ExperimentState, Status
from support.plans import (
    batch,
    end,
    ended,
    entry,
    outcome,
    progress,
    running,
    settled,
    snapshot,
    view,
)
from support.registered import MOMENT, document, record

STARTED = Status(started=MOMENT)
WORK = record(of=document(runs=50, limits={"parallelBatches": 3}), status=STARTED)
PLANNED = batch(state=BatchState.PLANNED)
ONE = document(runs=1, models=["forest"], datasets=["iris"], limits={"wallClock": 10.0})
LAST = batch(entry(0, "baseline"), entry(0))
LAST_ENDED = ended(LAST, outcome(LAST, 0), outcome(LAST, 1))


def in_state(state: ExperimentState, *live: LiveBatch) -> ExperimentView:
    return view(
        record(state=state, of=document(runs=50), status=STARTED), live=live, next_number=len(live)
    )


def launched(actions: tuple[Action, ...]) -> list[str]:
    return [action.batch.id for action in actions if isinstance(action, LaunchBatch)]


def with_executions(seen: Snapshot, *executions: Execution) -> Snapshot:
    more = {execution.batch: execution for execution in executions}
    return replace(seen, executions={**seen.executions, **more})


def test_nothing_is_decided_about_nothing() -> None:
    assert plan(snapshot(), MOMENT) == ()


@pytest.mark.parametrize(
    ("capacity", "live", "expected"),
    [
        pytest.param(None, 0, 3, id="up to parallelBatches"),
        pytest.param(None, 2, 1, id="those that run included"),
        pytest.param(None, 3, 0, id="none above"),
        pytest.param(2, 0, 2, id="up to the executor's capacity"),
        pytest.param(0, 0, 0, id="no capacity"),
    ],
)
def test_new_batches_are_committed_then_launched(
    capacity: int | None, live: int, expected: int
) -> None:
    batches = [running(batch(entry(n), number=n)) for n in range(live)]
    actions = plan(snapshot(view(WORK, live=batches, next_number=live), capacity=capacity), MOMENT)
    made = [action.batch for action in actions if isinstance(action, CommitBatch)]
    assert [one.number for one in made] == list(range(live, live + expected))
    assert actions == tuple(act(one) for one in made for act in (CommitBatch, LaunchBatch))


@pytest.mark.parametrize("capacity", [0, 1])
def test_no_more_is_drawn_than_is_launched(capacity: int, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []

    def noted(*told: Any) -> Iterator[Batch]:
        for one in next_batches(*told):
            drawn.append(one.id)
            yield one

    monkeypatch.setattr("crosstrial.decide.plan.next_batches", noted)
    assert launched(plan(snapshot(view(WORK), capacity=capacity), MOMENT)) == drawn
    assert len(drawn) == capacity


def test_a_settled_batch_whose_pod_is_still_there_holds_its_place() -> None:
    seen = with_executions(
        snapshot(view(WORK, next_number=1)), Execution(PLANNED.id, Phase.STOPPING)
    )
    assert len(launched(plan(seen, MOMENT))) == 2


def test_a_batch_that_was_committed_is_launched_before_new_ones_are() -> None:
    seen = view(WORK, live=[LiveBatch(PLANNED, outcomes=())], next_number=1)
    assert launched(plan(snapshot(seen, capacity=1), MOMENT)) == [PLANNED.id]
    assert launched(plan(snapshot(seen, capacity=0), MOMENT)) == []
    assert launched(plan(snapshot(seen), MOMENT)) == [f"{WORK.uid}-{n}" for n in range(3)]


def test_after_batches_that_never_started_it_takes_a_rest() -> None:
    past = Progress(last_started=0, last_false_start=FalseStart(6, MOMENT))
    seen = view(WORK, past, [LiveBatch(PLANNED, outcomes=())], next_number=7)
    other = view(record(uid="b", of=WORK.latest.document))
    for now, expected in ((MOMENT, 1), (MOMENT + timedelta(seconds=2), 3)):
        names = launched(plan(snapshot(seen, other), now))
        assert names[0] == PLANNED.id
        assert sum(name.startswith(WORK.uid) for name in names) == expected
        assert sum(name.startswith("b") for name in names) == 3


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [
        pytest.param(1, "b", id="to the one that has none"),
        pytest.param(3, "bab", id="then in turn, the older one first"),
        pytest.param(None, "babab", id="as many as each may have"),
    ],
)
def test_slots_go_to_the_experiment_with_the_fewest(capacity: int | None, expected: str) -> None:
    older, younger = (record(uid=uid, of=WORK.latest.document, status=STARTED) for uid in "ab")
    busy = view(older, live=[running(batch(uid="a"))], next_number=1)
    actions = plan(snapshot(busy, view(younger), capacity=capacity), MOMENT)
    assert "".join(name[0] for name in launched(actions)) == expected


def test_pausing_starts_nothing_and_settles_what_ends() -> None:
    done = batch(entry(1), number=1)
    seen = in_state(
        ExperimentState.PAUSED,
        LiveBatch(PLANNED, outcomes=()),
        ended(done, outcome(done)),
        running(batch(entry(2), number=2)),
    )
    settle, remove = plan(snapshot(seen), MOMENT)
    assert isinstance(settle, SettleBatch)
    assert settle.batch_id == done.id
    assert remove == RemoveExecution(done.id)


@pytest.mark.parametrize(
    "state", [ExperimentState.CANCELLED, ExperimentState.COMPLETED], ids=["cancelled", "completed"]
)
def test_what_an_ended_experiment_still_runs_is_stopped(state: ExperimentState) -> None:
    actions = plan(snapshot(in_state(state, running(batch()))), MOMENT)
    assert actions[0] == StopBatch(PLANNED.id)
    assert not launched(actions)


UNKNOWN = "feedbeef00-3"


@pytest.mark.parametrize(
    ("phase", "expected"),
    [
        pytest.param(Phase.PENDING, (StopBatch(UNKNOWN),), id="pending"),
        pytest.param(Phase.RUNNING, (StopBatch(UNKNOWN),), id="running"),
        pytest.param(Phase.STOPPING, (), id="stopping"),
        pytest.param(Phase.ENDED, (RemoveExecution(UNKNOWN),), id="ended"),
    ],
)
def test_what_belongs_to_no_unsettled_batch_is_cleared_away(
    phase: Phase, expected: tuple[Action, ...]
) -> None:
    assert plan(with_executions(snapshot(), Execution(UNKNOWN, phase)), MOMENT) == expected


DELETING = in_state(ExperimentState.DELETING)


@pytest.mark.parametrize(
    ("executions", "expected"),
    [
        pytest.param(
            [Execution(PLANNED.id, Phase.RUNNING)], (StopBatch(PLANNED.id),), id="stop first"
        ),
        pytest.param([Execution(PLANNED.id, Phase.STOPPING)], (), id="wait"),
        pytest.param([end(PLANNED)], (RemoveExecution(PLANNED.id),), id="forget it"),
        pytest.param([], (DeleteExperiment(DELETING.record.uid),), id="then the documents"),
    ],
)
def test_deleting_clears_what_runs_before_what_is_kept(
    executions: list[Execution], expected: tuple[Action, ...]
) -> None:
    assert plan(with_executions(snapshot(DELETING), *executions), MOMENT) == expected


def completing(actions: tuple[Action, ...]) -> tuple[str, ExperimentState]:
    """Return the reason and the state that the last two actions write, in this order."""
    status, change = actions[-2:]
    assert isinstance(status, SetStatus)
    assert isinstance(change, ChangeState)
    condition = status.status.condition("Completed")
    assert condition is not None
    return condition.reason, change.to


@pytest.mark.parametrize("state", [ExperimentState.ACTIVE, ExperimentState.PAUSED])
def test_an_experiment_is_completed_once_its_last_batch_is_settled(state: ExperimentState) -> None:
    experiment = record(state=state, of=ONE, status=STARTED)
    settling = plan(snapshot(view(experiment, live=[LAST_ENDED], next_number=1)), MOMENT)
    assert [type(action) for action in settling] == [SettleBatch, RemoveExecution]
    done = view(experiment, progress(settled(LAST_ENDED)), next_number=1)
    actions = plan(snapshot(done), MOMENT)
    assert completing(actions) == ("AllPairsClosed", ExperimentState.COMPLETED)
    assert actions[-1] == ChangeState(experiment.uid, state, 1, ExperimentState.COMPLETED)


def test_a_spent_budget_starts_nothing_and_waits_for_what_runs() -> None:
    experiment = record(of=ONE, status=STARTED.model_copy(update={"elapsed_seconds": 10.0}))
    lost = settled(ended(LAST, cause=None))
    retry = running(batch(entry(0, attempt=2), number=1))
    busy = view(experiment, progress(lost), [retry], next_number=2, elapsed=10.0)
    assert plan(snapshot(busy), MOMENT) == ()
    idle = view(experiment, progress(lost), next_number=2, elapsed=10.0)
    assert completing(plan(snapshot(idle), MOMENT)) == (
        "BudgetExhausted",
        ExperimentState.COMPLETED,
    )


def test_one_experiments_end_does_not_hold_up_another() -> None:
    ends = view(record(uid="a", of=ONE), progress(settled(LAST_ENDED)), next_number=1)
    actions = plan(snapshot(ends, view(WORK)), MOMENT)
    assert any(isinstance(action, ChangeState) and action.uid == "a" for action in actions)
    assert len(launched(actions)) == 3


def committed(actions: tuple[Action, ...]) -> list[Batch]:
    return [action.batch for action in actions if isinstance(action, CommitBatch)]


def test_the_same_view_at_the_same_time_is_decided_alike() -> None:
    seen = snapshot(view(WORK, live=[ended(LAST, outcome(LAST, 1))], next_number=1))
    assert plan(seen, MOMENT) == plan(seen, MOMENT)
    assert committed(plan(seen, MOMENT))


def test_a_spent_budget_lets_no_planned_batch_start() -> None:
    budget = record(of=document(runs=5, limits={"wallClock": 10.0}), status=STARTED)
    actions = plan(
        snapshot(view(budget, live=[LiveBatch(PLANNED, outcomes=())], next_number=1, elapsed=10.0)),
        MOMENT,
    )
    assert launched(actions) == []
    assert [a.batch_id for a in actions if isinstance(a, SettleBatch)] == [PLANNED.id]


def test_a_cancelled_experiment_without_batches_has_its_end_noted() -> None:
    actions = plan(snapshot(in_state(ExperimentState.CANCELLED)), MOMENT)
    (noted,) = [action for action in actions if isinstance(action, SetStatus)]
    assert noted.status.ended == MOMENT
