"""Conditions: what is said about an experiment in its status, beside its counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from crosstrial.decide.elsewhere import is_late, lives_until
from crosstrial.decide.ends import End, spent_budget
from crosstrial.decide.samplers import possible_runs
from crosstrial.decide.snapshot import ExperimentView, Refusal
from crosstrial.domain.batch import Settlement
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import Condition, Status
from crosstrial.domain.record import utc

# An unchanged experiment is written this often, for its elapsed time.
STATUS_SECONDS = 2.0

COMPLETED = "Completed"
DATA_SETS_BLOCKED = "DataSetsBlocked"
BATCHES_INTERRUPTED = "BatchesInterrupted"
BATCHES_PENDING = "BatchesPending"
ACTIONS_REFUSED = "ActionsRefused"
SPACE_EXHAUSTED = "SpaceExhausted"
BATCHES_ELSEWHERE = "BatchesElsewhere"


def next_status(
    view: ExperimentView,
    settled: Iterable[Settlement],
    now: datetime,
    *,
    end: End | None,
    refusal: Refusal | None = None,
) -> Status:
    """Return the status to write; the one that is there when there is nothing to say.

    Args:
        view: the experiment as it was observed.
        settled: the settlements of this tick.
        now: when conditions change that do.
        end: why the experiment is completed now; None while it goes on.
        refusal: what the store or the executor has refused of it; None: nothing.
    """
    status = view.record.status
    for condition in (
        _completed(view, now, end),
        _blocked(view, now),
        _interrupted(settled, now),
        _pending(view, now),
        _refused(view, refusal, now),
        _exhausted(view, now),
        _elsewhere(view, now),
    ):
        if condition is not None and _is_news(status, condition):
            status = status.with_condition(condition)
    status = _with_moments(status, view, now, ended=end is not None or view.record.state.ended)
    return _with_elapsed(status, view)


def _is_news(status: Status, condition: Condition) -> bool:
    """Whether it says anything new: what never held needs no denial."""
    old = status.condition(condition.type)
    if old is None:
        return condition.status == "True"
    said = (condition.status, condition.reason, condition.message)
    return said != (old.status, old.reason, old.message)


def _with_moments(status: Status, view: ExperimentView, now: datetime, *, ended: bool) -> Status:
    """Note when the first batch ran and when the end came; an extension takes that back."""
    moments: dict[str, datetime | None] = {}
    if status.started is None and view.live:
        moments["started"] = utc(now)
    if ended is (status.ended is None):
        moments["ended"] = utc(now) if ended else None
    return status.model_copy(update=moments) if moments else status


def _with_elapsed(status: Status, view: ExperimentView) -> Status:
    known = view.record.status
    due = view.elapsed_seconds - known.elapsed_seconds >= STATUS_SECONDS
    if not due and status == known:
        return known
    return status.model_copy(update={"elapsed_seconds": view.elapsed_seconds})


def _completed(view: ExperimentView, now: datetime, end: End | None) -> Condition | None:
    if view.record.state.ended:
        # Said when it ended: that a stray batch of it is still there gives it no work.
        return None
    if end is None:
        return _condition(COMPLETED, "False", "Active", "there is work to do", now)
    what = spent_budget(view, now) if end is End.BUDGET_EXHAUSTED else None
    return _condition(COMPLETED, "True", end.value, what or "every pair is closed", now)


def _blocked(view: ExperimentView, now: datetime) -> Condition:
    blocked = sorted(view.progress.blocked)
    if not blocked:
        return _condition(DATA_SETS_BLOCKED, "False", "AllReadable", "all can be read", now)
    message = f"workers could not read {', '.join(blocked)}; their pairs are blocked"
    return _condition(DATA_SETS_BLOCKED, "True", "DataSetError", message, now)


def _interrupted(settled: Iterable[Settlement], now: datetime) -> Condition | None:
    """Return what the batches that have just ended tell of the place where they ran."""
    ends = list(settled)
    if not ends:
        return None
    early = [end for end in ends if end.cause not in (None, Cause.DATASET_ERROR)]
    if not early:
        return _condition(BATCHES_INTERRUPTED, "False", "EndedWell", "the last one ended well", now)
    cause, message = early[-1].cause, early[-1].message
    reason = camel_case(str(cause))
    return _condition(BATCHES_INTERRUPTED, "True", reason, message or str(cause), now)


def camel_case(code: str) -> str:
    """Return a cause's code as the reason of a condition."""
    return "".join(word.capitalize() for word in code.split("_"))


def _pending(view: ExperimentView, now: datetime) -> Condition | None:
    """Return what keeps the oldest batch from starting that does not; it ends by itself."""
    for live in view.live:
        seen = live.execution
        if seen is not None and seen.obstacle is not None:
            message = f"batch {seen.batch}: {seen.message}"
            return _condition(BATCHES_PENDING, "True", seen.obstacle.value, message, now)
    if view.is_partly_elsewhere:
        return None  # only its own controller knows
    return _condition(BATCHES_PENDING, "False", "AllStart", "no batch is kept from starting", now)


def _refused(view: ExperimentView, refusal: Refusal | None, now: datetime) -> Condition | None:
    if refusal is None and view.is_partly_elsewhere:
        return None  # it may be the other controller's
    if refusal is None:
        return _condition(ACTIONS_REFUSED, "False", "AllTaken", "nothing is refused", now)
    told = refusal.refused
    return _condition(ACTIONS_REFUSED, "True", told.reason, told.message, now)


def _elsewhere(view: ExperimentView, now: datetime) -> Condition:
    """Return what waits for another controller that seems to be gone.

    As long as both are there it is not said: they would contradict each other.
    """
    late = [live for live in view.live if live.elsewhere and is_late(live.batch, now)]
    if not late:
        return _condition(BATCHES_ELSEWHERE, "False", "NoneLate", "none is overdue", now)
    oldest, until = late[0].batch, lives_until(late[0].batch, late[0].start)
    message = (
        f"batch {oldest.id} was started by the controller of {oldest.place}, which alone sees how"
        f" it is; any other one does without it after {until:%Y-%m-%d %H:%M:%S} UTC"
    )
    return _condition(BATCHES_ELSEWHERE, "True", "OtherController", message, now)


def _exhausted(view: ExperimentView, now: datetime) -> Condition:
    """Return which pairs have ended because every configuration that there is was tried."""
    document = view.record.latest.document
    spec, possible = document.spec, possible_runs(document)
    ended = {
        pair.model: possible[pair.model] // spec.searches
        for pair, sums in view.progress.sums.items()
        if pair.model in possible
        and sums.counted >= possible[pair.model]
        and possible[pair.model] < spec.trials_per_pair
    }
    if not ended:
        return _condition(SPACE_EXHAUSTED, "False", "PointsLeft", "no space is exhausted", now)
    spaces = ", ".join(f"{name} ({size})" for name, size in ended.items())
    message = f"fewer different configurations than runsPerPair, {spec.runs_per_pair}: {spaces}"
    return _condition(SPACE_EXHAUSTED, "True", "EveryPointTried", message, now)


def _condition(
    kind: str, status: Literal["True", "False"], reason: str, message: str, now: datetime
) -> Condition:
    return Condition(
        type=kind, status=status, reason=reason, message=message, last_transition_time=utc(now)
    )
