"""Conditions: what is said about an experiment in its status, beside its counts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from crosstrial.decide.ends import End, spent_budget
from crosstrial.decide.snapshot import ExperimentView
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


def next_status(
    view: ExperimentView,
    settled: Iterable[Settlement],
    now: datetime,
    *,
    end: End | None,
) -> Status:
    """Return the status to write; the one that is there when there is nothing to say.

    Args:
        view: the experiment as it was observed.
        settled: the settlements of this tick.
        now: when conditions change that do.
        end: why the experiment is completed now; None while it goes on.
    """
    status = view.record.status
    for condition in (
        _completed(view, now, end),
        _blocked(view, now),
        _interrupted(settled, now),
        _pending(view, now),
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


def _pending(view: ExperimentView, now: datetime) -> Condition:
    """Return what keeps the oldest batch from starting that does not; it ends by itself."""
    for live in view.live:
        seen = live.execution
        if seen is not None and seen.obstacle is not None:
            message = f"batch {seen.batch}: {seen.message}"
            return _condition(BATCHES_PENDING, "True", seen.obstacle.value, message, now)
    return _condition(BATCHES_PENDING, "False", "AllStart", "no batch is kept from starting", now)


def _condition(
    kind: str, status: Literal["True", "False"], reason: str, message: str, now: datetime
) -> Condition:
    return Condition(
        type=kind, status=status, reason=reason, message=message, last_transition_time=utc(now)
    )
