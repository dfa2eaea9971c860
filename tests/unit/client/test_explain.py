"""Why an experiment is as it is, as a decision table."""

from __future__ import annotations

import pytest

from crosstrial.client.explain import explain
from crosstrial.client.failures import FailureGroup
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import Condition, ExperimentState, Status
from crosstrial.domain.pair import PairState
from support.registered import MOMENT
from support.statuses import experiment_status, pair_status

OPEN = pair_status("svm", "iris", ended=2, failed=1)
DONE = pair_status("svm", "iris", ended=5, state=PairState.DONE)
EXHAUSTED = pair_status("svm", "wine", ended=3, failed=3, state=PairState.EXHAUSTED)
BLOCKED = pair_status("svm", "wine", state=PairState.BLOCKED)


def condition(kind: str, reason: str, message: str) -> Status:
    return Status(
        conditions=(
            Condition(
                type=kind,
                status="True",
                reason=reason,
                message=message,
                last_transition_time=MOMENT,
            ),
        )
    )


BUDGET = condition("Completed", "BudgetExhausted", "wallClock 2h")
TAKEN = condition("JobNameTaken", "JobNameTaken", "job demo-1 belongs to somebody else")


@pytest.mark.parametrize(
    ("status", "controller_runs", "sentence", "remedy"),
    [
        pytest.param(
            experiment_status(DONE, state=ExperimentState.COMPLETED),
            None, "is completed: 5 of 5", "crosstrial compare demo", id="completed",
        ),
        pytest.param(
            experiment_status(OPEN, state=ExperimentState.COMPLETED, status=BUDGET),
            None, "budget was reached (wallClock 2h)", "limits.wallClock", id="budget",
        ),
        pytest.param(
            experiment_status(DONE, EXHAUSTED, state=ExperimentState.COMPLETED),
            None, "1 of 2 pairs stopped after too many failures, most often of svm: timeout",
            "--state failed", id="exhausted",
        ),
        pytest.param(
            experiment_status(DONE, BLOCKED, state=ExperimentState.COMPLETED),
            None, "data sets cannot be read", "crosstrial logs", id="blocked",
        ),
        pytest.param(
            experiment_status(OPEN, state=ExperimentState.CANCELLED),
            False, "was cancelled: 2 of 5", "crosstrial compare demo", id="cancelled, at rest",
        ),
        pytest.param(
            experiment_status(OPEN, state=ExperimentState.CANCELLED, live_batches=2),
            False, "no controller is running", "crosstrial cancel demo", id="cancelled, left over",
        ),
        pytest.param(
            experiment_status(OPEN, state=ExperimentState.DELETING, live_batches=1),
            True, "is deleting; 1 batch to end", None, id="deleting",
        ),
        pytest.param(
            experiment_status(OPEN, state=ExperimentState.PAUSED, live_batches=1),
            None, "is paused: 2 of 5", "crosstrial resume demo", id="paused",
        ),
        pytest.param(
            experiment_status(OPEN),
            False, "no controller is running", "crosstrial run FILE", id="no controller",
        ),
        pytest.param(
            experiment_status(OPEN, live_batches=2),
            True, "is running: 2 batches at work", None, id="running",
        ),
        pytest.param(
            experiment_status(OPEN),
            None, "waits for its next batch", "crosstrial list", id="no capacity",
        ),
        pytest.param(
            experiment_status(OPEN, live_batches=1, status=TAKEN),
            None, "meets JobNameTaken: job demo-1", "crosstrial status demo", id="condition",
        ),
        pytest.param(
            experiment_status(DONE), None, "about to be completed", None, id="about to end"
        ),
    ],
)  # fmt: skip
def test_one_sentence_and_one_remedy(
    status, controller_runs: bool | None, sentence: str, remedy: str | None
) -> None:
    failures = [FailureGroup(Cause.TIMEOUT, "svm", 3, "u:svm@wine:0", "")]
    found = explain(status, failures, controller_runs=controller_runs)
    assert sentence in found.sentence
    assert "\n" not in found.sentence
    if remedy is None:
        assert found.remedy is None
    else:
        assert found.remedy is not None
        assert remedy in found.remedy
