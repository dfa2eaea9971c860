"""Ends: why an experiment is given no more work, if it is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from crosstrial.decide.batches import has_next
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.snapshot import ExperimentView
from crosstrial.domain.execution import Phase
from crosstrial.domain.pair import Pair

HOUR = 3600.0


class End(StrEnum):
    """The reason with which an experiment is completed."""

    ALL_PAIRS_CLOSED = "AllPairsClosed"
    BUDGET_EXHAUSTED = "BudgetExhausted"


def end_of(view: ExperimentView, pairs: Mapping[Pair, PairView], now: datetime) -> End | None:
    """Return why no new batch may be planned; None while there is work and a budget for it.

    The experiment is completed once its live batches are settled, unless they bring work back.
    A budget that is used up just when all is done has stopped nothing.
    """
    if not has_next(view, pairs):
        return End.ALL_PAIRS_CLOSED
    return None if spent_budget(view, now) is None else End.BUDGET_EXHAUSTED


def spent_budget(view: ExperimentView, now: datetime) -> str | None:
    """Return which budget is used up, in words; None while none is."""
    limits = view.record.latest.document.spec.limits
    if limits.wall_clock is not None and view.elapsed_seconds >= limits.wall_clock:
        return f"wallClock: {limits.wall_clock:g} s have passed"
    used = cpu_seconds(view, now)
    if limits.cpu_hours is not None and used >= limits.cpu_hours * HOUR:
        return f"cpuHours: {limits.cpu_hours:g} core hours are used"
    return None


def cpu_seconds(view: ExperimentView, now: datetime) -> float:
    """Return core seconds of settled batches and, as far as they have come, of live ones.

    What was not launched or does not start yet has used none.
    """
    at_work = (
        one.batch
        for one in view.live
        if one.elsewhere or (one.execution is not None and one.execution.phase is not Phase.PENDING)
    )
    live = sum(batch.cpu * max(0.0, (now - batch.created).total_seconds()) for batch in at_work)
    return view.progress.cpu_seconds + live
