"""Why an experiment is as it is, as a decision table."""

from __future__ import annotations

import pytest

from crosstrial.analysis.failures import FailureGroup
from crosstrial.client.explain import explain
from crosstrial.client.troubles import INTERRUPTED, PENDING
from crosstrial.domain.cause import COUNTED, Cause
from crosstrial.domain.execution import Obstacle
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

ELSEWHERE = condition(
    "BatchesElsewhere", "OtherController", "batch demo-1 was started by host:/lost"
)


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
            experiment_status(
                OPEN, state=ExperimentState.CANCELLED, live_batches=1, status=ELSEWHERE
            ),
            True, "1 batch to end: batch demo-1 was started by host:/lost.",
            "start that controller again", id="cancelled, elsewhere",
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
    failures = [FailureGroup(Cause.TIMEOUT, "svm", 3, "u:svm@wine:0", "", {"wine": 3})]
    found = explain(status, failures, controller_runs=controller_runs)
    assert sentence in found.sentence
    assert "\n" not in found.sentence
    if remedy is None:
        assert found.remedy is None
    else:
        assert found.remedy is not None
        assert remedy in found.remedy


@pytest.mark.parametrize(
    ("kind", "reason", "message", "sentence", "remedy"),
    [
        pytest.param(
            "BatchesPending", "Unschedulable", "batch u-1: no node fits: 0/3 nodes are available",
            "no node has room for: batch u-1: no node fits: 0/3 nodes", "nodes", id="no node",
        ),
        pytest.param(
            "BatchesPending", "PodRefused", "FailedCreate: exceeded quota: tiny, used: pods=0",
            "a ResourceQuota forbids: FailedCreate", "raise the quota", id="quota of pods",
        ),
        pytest.param(
            "BatchesPending", "JobRefused", "jobs is forbidden: exceeded quota: tiny",
            "a ResourceQuota forbids", "raise the quota", id="quota of Jobs",
        ),
        pytest.param(
            "BatchesPending", "PodRefused", 'pods "x" is forbidden: violates PodSecurity "privi"',
            "Pod Security forbids", "pod-security.kubernetes.io/enforce", id="pod security",
        ),
        pytest.param(
            "BatchesPending", "PodRefused", "a webhook said no",
            "pod the cluster refuses: a webhook said no", "describe job", id="admission",
        ),
        pytest.param(
            "BatchesPending", "JobRefused", "jobs is forbidden: no rights",
            "Job the cluster refuses", "Role", id="rights",
        ),
        pytest.param(
            "BatchesPending", "ImageError", "ErrImagePull: no such image",
            "image cannot be pulled: ErrImagePull", "let the nodes have it", id="image",
        ),
        pytest.param(
            "BatchesPending", "NotStarted", 'secret "x" not found',
            "container does not start", "describe pod", id="not started",
        ),
        pytest.param(
            "BatchesPending", "Queued", "it waits in the queue small",
            "waits to be admitted by its queue: it waits in the queue small", "workloads",
            id="queue",
        ),
        pytest.param(
            "BatchesPending", "JobNameTaken", "Job crosstrial-u-1 is not this batch's",
            "name is taken", "delete the Job", id="name",
        ),
        pytest.param(
            "BatchesInterrupted", "StoreUnreachable", "the worker could not reach the store",
            "worker could not reach the store", "NetworkPolicies", id="store",
        ),
        pytest.param(
            "BatchesInterrupted", "Interrupted", "its pod was deleted",
            "has lost a batch on its way", "crosstrial status demo", id="interrupted",
        ),
        pytest.param(
            "BatchesInterrupted", "WorkerError", "the worker failed",
            "has lost a batch whose worker failed", "crosstrial logs BATCH", id="worker",
        ),
        pytest.param(
            "DataSetsBlocked", "DataSetError", "workers could not read wine",
            "data sets that cannot be read: workers could not read wine", "crosstrial logs",
            id="data",
        ),
        pytest.param(
            "ActionsRefused", "StoreRefuses", "this cannot be stored: too large",
            "the store refuses what its controller writes: this cannot", "--update", id="refused",
        ),
        pytest.param(
            "ActionsRefused", "ExecutorRefuses", "cannot make Job x: its pod is invalid",
            "refused where it should run: cannot make Job x", "--update", id="not launched",
        ),
        pytest.param(
            "BatchesElsewhere", "OtherController", "batch u-1 was started by another",
            "waits for a batch of another controller", "state folder", id="elsewhere",
        ),
        pytest.param(
            "BatchesPending", "FromTheFuture", "who knows",
            "meets FromTheFuture: who knows", "crosstrial status demo", id="unheard of",
        ),
    ],
)  # fmt: skip
def test_what_the_cluster_says_becomes_one_sentence_and_one_remedy(
    kind: str, reason: str, message: str, sentence: str, remedy: str
) -> None:
    status = experiment_status(OPEN, live_batches=1, status=condition(kind, reason, message))
    found = explain(status, [], controller_runs=True)
    assert found.sentence.startswith("demo ")
    assert sentence in found.sentence
    assert "2 of 5 trials ended" in found.sentence
    assert found.remedy is not None
    assert remedy in found.remedy


@pytest.mark.parametrize("state", [ExperimentState.ACTIVE, ExperimentState.COMPLETED])
def test_failures_are_told_by_cause_whatever_the_model(state: ExperimentState) -> None:
    failures = [
        FailureGroup(cause, model, count, f"u:{model}@iris:0", "", {"iris": count})
        for cause, model, count in [
            (Cause.CRASHED, "tree", 2),
            (Cause.TIMEOUT, "svm", 2),
            (Cause.TIMEOUT, "tree", 1),
        ]
    ]
    found = explain(experiment_status(OPEN, state=state), failures, controller_runs=None)
    assert "1 of them failed (3 timeout, 2 crashed)" in found.sentence


def test_every_reason_is_in_the_table() -> None:
    assert set(PENDING) == {str(obstacle) for obstacle in Obstacle}
    told_otherwise = {Cause.DATASET_ERROR}
    returned = {cause for cause in Cause if cause not in COUNTED} - told_otherwise
    killed = {Cause.CRASHED, Cause.OUT_OF_MEMORY}
    words = {"".join(w.capitalize() for w in cause.split("_")) for cause in returned | killed}
    assert set(INTERRUPTED) == words


def test_what_keeps_batches_from_starting_now_comes_before_what_befell_others() -> None:
    pending = condition("BatchesPending", "Unschedulable", "no node fits").conditions
    later = condition("BatchesInterrupted", "Interrupted", "its pod was deleted").conditions
    moved = [c.model_copy(update={"last_transition_time": MOMENT.replace(2099)}) for c in later]
    status = experiment_status(OPEN, status=Status(conditions=(*pending, *moved)))
    assert "no node has room" in explain(status, [], controller_runs=None).sentence


def test_what_is_over_is_not_told() -> None:
    over = condition("BatchesPending", "Unschedulable", "no node fits").conditions[0]
    status = Status(conditions=(over.model_copy(update={"status": "False"}),))
    found = explain(
        experiment_status(OPEN, live_batches=1, status=status), [], controller_runs=None
    )
    assert "is running" in found.sentence


def test_a_controller_that_is_missing_in_a_cluster_is_looked_for_there() -> None:
    status = experiment_status(OPEN, live_batches=1)
    found = explain(status, [], controller_runs=False, namespace="crosstrial-system")
    assert "no controller is running in namespace crosstrial-system" in found.sentence
    assert found.remedy is not None
    assert found.remedy.startswith("kubectl --namespace crosstrial-system describe")
