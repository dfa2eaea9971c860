"""Why an experiment is as it is: one sentence, and one remedy where there is something to do.

Pure; the command line gives it what `status` and `failures` of `StoreClient` return.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from crosstrial.analysis.failures import FailureGroup
from crosstrial.client.status import ExperimentStatus
from crosstrial.client.troubles import present_trouble, trouble_of
from crosstrial.decide.conditions import BATCHES_ELSEWHERE
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.pair import PairState

STOPPED_EARLY = {
    PairState.EXHAUSTED: "stopped after too many failures",
    PairState.OUT_OF_TIME: "used up secondsPerPair",
    PairState.BLOCKED: "cannot run because their data sets cannot be read",
}


@dataclass(frozen=True)
class Explanation:
    """One sentence, and what to do about it."""

    sentence: str
    remedy: str | None = None


def explain(
    status: ExperimentStatus,
    failures: Sequence[FailureGroup],
    *,
    controller_runs: bool | None,
    namespace: str | None = None,
) -> Explanation:
    """Say why an experiment is not running, or how it goes on.

    Args:
        status: as `StoreClient.status` returns it.
        failures: as `StoreClient.failures` returns them.
        controller_runs: whether a controller drives the store; None: not known.
        namespace: the controller's in a cluster; None: it is one of this machine's state folder.
    """
    name, state = status.record.name, status.record.state
    if state is ExperimentState.COMPLETED:
        return _completed(status, failures)
    counts = _counts(status, failures)
    # A cancelled experiment is at rest once its batches are; before, it needs a controller.
    if state is ExperimentState.CANCELLED and not status.live_batches:
        return Explanation(f"{name} was cancelled: {counts}.", _see_results(name))
    if controller_runs is False:
        place = "this state folder" if namespace is None else f"namespace {namespace}"
        return Explanation(
            f"{name} is {state}, but no controller is running in {place}: {counts}.",
            _remedy_without_controller(status)
            if namespace is None
            else f"kubectl --namespace {namespace} describe deployments,pods shows why",
        )
    if state in (ExperimentState.CANCELLED, ExperimentState.DELETING):
        return _ending(status)
    if state is ExperimentState.PAUSED:
        return Explanation(
            f"{name} is paused: {counts}, {_batches(status)} to finish.",
            f"crosstrial resume {name}",
        )
    return _active(status, failures)


def _completed(status: ExperimentStatus, failures: Sequence[FailureGroup]) -> Explanation:
    name, counts = status.record.name, _counts(status, failures)
    condition = status.record.status.condition("Completed")
    if condition is not None and condition.reason == "BudgetExhausted":
        return Explanation(
            f"{name} is completed because a budget was reached ({condition.message}):"
            f" {counts}{_early_ends(status, failures)}.",
            "raise limits.wallClock or limits.cpuHours in the document and use --update",
        )
    return Explanation(
        f"{name} is completed: {counts}{_early_ends(status, failures)}.",
        _remedy_for_failures(status) or _see_results(name),
    )


def _ending(status: ExperimentStatus) -> Explanation:
    record = status.record
    ends = f"{record.name} is {record.state}; {_batches(status)} to end"
    elsewhere = record.status.condition(BATCHES_ELSEWHERE)
    if elsewhere is None or elsewhere.status != "True":
        return Explanation(f"{ends}.")
    return Explanation(f"{ends}: {elsewhere.message}.", trouble_of(elsewhere).remedy)


def _active(status: ExperimentStatus, failures: Sequence[FailureGroup]) -> Explanation:
    name, counts = status.record.name, _counts(status, failures)
    ends = _early_ends(status, failures)
    condition = present_trouble(status.record.status.conditions)
    if condition is not None:
        trouble = trouble_of(condition)
        return Explanation(
            f"{name} {trouble.what}: {condition.message.rstrip('.')}; {counts}{ends}.",
            trouble.remedy
            or _remedy_for_failures(status)
            or f"crosstrial logs BATCH; crosstrial status {name}",
        )
    if status.live_batches:
        return Explanation(
            f"{name} is running: {_batches(status)} at work, {counts}{ends}.",
            _remedy_for_failures(status),
        )
    if not status.remaining:
        return Explanation(f"{name} is about to be completed: {counts}{ends}.")
    return Explanation(
        f"{name} waits for its next batch: {counts}{ends}; no batch of it is running,"
        " others may hold the capacity.",
        "crosstrial list -o wide shows which experiments have batches",
    )


def _early_ends(status: ExperimentStatus, failures: Sequence[FailureGroup]) -> str:
    """Return what became of pairs that stopped before they had all their runs."""
    states = Counter(pair.state for pair in status.pairs)
    parts = []
    for state, what in STOPPED_EARLY.items():
        if states[state]:
            parts.append(f"; {states[state]} of {len(status.pairs)} pairs {what}")
    if states[PairState.EXHAUSTED] and failures:
        parts.append(f", most often of {failures[0].model}: {failures[0].cause}")
    return "".join(parts)


def _remedy_for_failures(status: ExperimentStatus) -> str | None:
    states = {pair.state for pair in status.pairs}
    if PairState.BLOCKED in states:
        return "crosstrial logs BATCH tells what was wrong with the data set"
    if PairState.EXHAUSTED in states:
        return f"crosstrial trials {status.record.name} --state failed"
    return None


def _remedy_without_controller(status: ExperimentStatus) -> str:
    name = status.record.name
    if status.record.state is ExperimentState.PAUSED:
        return f"crosstrial resume {name}, then crosstrial run FILE"
    if status.record.state is ExperimentState.ACTIVE:
        return "crosstrial run FILE continues it; crosstrial controller drives all experiments"
    return f"crosstrial {_verb(status.record.state)} {name} brings it to rest"


def _verb(state: ExperimentState) -> str:
    return "delete" if state is ExperimentState.DELETING else "cancel"


def _counts(status: ExperimentStatus, failures: Sequence[FailureGroup]) -> str:
    counts = f"{status.ended} of {status.wanted} trials ended, {status.failed} of them failed"
    causes: Counter[str] = Counter()
    for group in failures:
        causes[group.cause] += group.count
    told = ", ".join(f"{count} {cause}" for cause, count in causes.most_common())
    return f"{counts} ({told})" if told else counts


def _batches(status: ExperimentStatus) -> str:
    return f"{status.live_batches} batch{'' if status.live_batches == 1 else 'es'}"


def _see_results(name: str) -> str:
    return f"crosstrial compare {name}"
