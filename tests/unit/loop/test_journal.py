"""What an operator reads: each line names its experiment, batch and trial."""

from __future__ import annotations

from typing import Any

import pytest
from structlog.testing import capture_logs

from crosstrial.decide.actions import (
    ChangeState,
    CommitBatch,
    DeleteExperiment,
    RemoveExecution,
    SetStatus,
    SettleBatch,
    StopBatch,
    WithdrawBatch,
)
from crosstrial.decide.snapshot import ExperimentView, LiveBatch, Progress, Snapshot
from crosstrial.domain.batch import Became, Fate
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import Condition, ExperimentState, Status
from crosstrial.domain.outcome import OutcomeState
from crosstrial.loop.journal import Journal
from support.history import planned, settlement_of
from support.registered import MOMENT, UID, record

BATCH = planned(0, {0: 1, 1: 2, 2: 1})


def condition(kind: str, status: Any = "True", message: str = "because") -> Condition:
    return Condition(
        type=kind, status=status, reason="Reason", message=message, last_transition_time=MOMENT
    )


def told(action: Any, *, status: Status | None = None) -> list[dict[str, Any]]:
    """The lines that an action leaves, of an experiment with one live batch."""
    journal = Journal()
    view = ExperimentView(record(status=status), Progress(), (LiveBatch(BATCH),), 1, 0.0)
    journal.look(Snapshot((view,), {}))
    with capture_logs() as lines:
        journal.note(action)
    return [dict(line) for line in lines]


@pytest.mark.parametrize(
    ("action", "event"),
    [
        (CommitBatch(BATCH), "batch planned"),
        (StopBatch(BATCH.id), "batch asked to end"),
        (WithdrawBatch(BATCH.id), "batch withdrawn before it started"),
        (SettleBatch(BATCH.id, settlement_of(BATCH, [Became.COUNTED] * 3)), "batch settled"),
    ],
)
def test_what_befalls_a_batch_names_it_and_its_experiment(action: Any, event: str) -> None:
    (line,) = told(action)
    assert (line["event"], line["experiment"], line["batch"]) == (event, "demo", BATCH.id)
    assert line["log_level"] == "info"


def test_trials_that_failed_or_are_suspected_are_named() -> None:
    settled = settlement_of(BATCH, [Became.COUNTED, Became.COUNTED, Became.SUSPECT])
    failed = Fate(became=Became.COUNTED, state=OutcomeState.FAILED, cause=Cause.TIMEOUT, attempt=2)
    fates = (settled.fates[0], failed, settled.fates[2])
    ended = settled.model_copy(
        update={"fates": fates, "cause": Cause.CRASHED, "message": "killed by SIGSEGV"}
    )
    failure, suspect, last = told(SettleBatch(BATCH.id, ended))
    assert failure["event"] == "trial failed"
    assert failure["trial"] == f"{UID}:forest@iris:1"
    assert (failure["cause"], failure["attempt"]) == ("timeout", 2)
    assert (suspect["event"], suspect["trial"]) == ("trial suspected", f"{UID}:forest@iris:2")
    assert (last["log_level"], last["cause"]) == ("warning", "crashed")
    assert last["message"] == "killed by SIGSEGV"
    assert (last["counted"], last["suspect"]) == (2, 1)


def test_a_condition_is_told_when_it_says_something_new() -> None:
    before = Status(conditions=(condition("Old"), condition("Changed", message="before")))
    after = Status(
        conditions=(condition("Old"), condition("Changed", message="after"), condition("New")),
        elapsed_seconds=5.0,
    )
    lines = told(SetStatus(UID, after), status=before)
    assert [line["condition"] for line in lines] == ["Changed", "New"]
    assert {line["log_level"] for line in lines} == {"warning"}
    assert told(SetStatus(UID, after), status=after) == []


@pytest.mark.parametrize(
    ("said", "level"),
    [
        (condition("Completed"), "info"),
        (condition("DataSetsBlocked"), "warning"),
        (condition("DataSetsBlocked", "False"), "info"),
    ],
    ids=["ordinary", "trouble", "trouble-over"],
)
def test_trouble_is_a_warning(said: Condition, level: str) -> None:
    (line,) = told(SetStatus(UID, Status(conditions=(said,))))
    assert line["log_level"] == level


def test_what_befalls_an_experiment_names_it() -> None:
    changes = ChangeState(UID, ExperimentState.ACTIVE, 1, ExperimentState.COMPLETED)
    (line,) = told(changes)
    assert (line["experiment"], line["was"], line["state"]) == ("demo", "active", "completed")
    (line,) = told(DeleteExperiment(UID))
    assert (line["experiment"], line["event"]) == ("demo", "experiment deleted")


def test_housekeeping_is_not_told() -> None:
    assert told(RemoveExecution(BATCH.id)) == []


def test_what_was_not_in_view_is_named_by_its_uid() -> None:
    with capture_logs() as lines:
        Journal().note(StopBatch("ffff-3"))
    assert (lines[0]["experiment"], lines[0]["batch"]) == ("ffff", "ffff-3")
