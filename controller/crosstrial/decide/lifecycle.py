"""The life of one batch from its commit to its settlement: what a tick does with it.

`plan` asks this of every unsettled batch; `settle` counts the one that has ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from crosstrial.decide.actions import (
    Action,
    InsertFailures,
    LaunchBatch,
    RemoveExecution,
    SettleBatch,
    StopBatch,
    WithdrawBatch,
)
from crosstrial.decide.settle import settle
from crosstrial.decide.snapshot import LiveBatch
from crosstrial.domain.batch import BatchState, Settlement
from crosstrial.domain.execution import Execution, Phase


@dataclass(frozen=True)
class Step:
    """What to do with a batch now; one that waits for a slot is launched when there is one."""

    actions: tuple[Action, ...] = ()
    settlement: Settlement | None = None
    waits_for_slot: bool = False


def next_step(
    live: LiveBatch, now: datetime, *, revision: int, cancelled: bool, spent: bool = False
) -> Step:
    """Return what to do with an unsettled batch.

    Args:
        live: the batch and what is seen of it.
        now: the time of a settlement.
        revision: the experiment's latest; a stuck batch of an older one makes way.
        cancelled: its experiment has ended: nothing starts, and what runs is stopped.
        spent: its budget is used up: nothing starts, and what was launched goes on.
    """
    if live.elsewhere:
        return Step()
    if live.execution is not None and live.execution.phase.live:
        return _of_running(live, live.execution, revision=revision, cancelled=cancelled)
    never_started = live.execution is None and live.start is None
    # One of a place that is lost is withdrawn: were it launched here, that place would settle it.
    over = cancelled or spent or live.foreign
    if never_started and live.batch.state is BatchState.PLANNED and not over:
        return Step(waits_for_slot=True)
    return _of_ended(live, now, cancelled=cancelled)


def _of_running(live: LiveBatch, seen: Execution, *, revision: int, cancelled: bool) -> Step:
    stuck = seen.phase is Phase.PENDING and seen.obstacle is not None
    # What keeps it from starting may be mended in the new revision.
    makes_way = stuck and live.batch.revision < revision
    if cancelled or makes_way:
        return Step() if seen.phase is Phase.STOPPING else Step((StopBatch(live.batch.id),))
    if live.batch.state is BatchState.PLANNED:
        # The controller was killed between its launch and the mark: launching again marks it.
        return Step((LaunchBatch(live.batch),))
    return Step()


def _of_ended(live: LiveBatch, now: datetime, *, cancelled: bool) -> Step:
    settling = settle(live, now, cancelled=cancelled)
    actions: list[Action] = []
    if live.start is None:
        # A pod that starts after all meets this claim; one that has started refuses it to us.
        actions.append(WithdrawBatch(live.batch.id))
    if settling.failures:
        actions.append(InsertFailures(settling.failures))
    actions.append(SettleBatch(live.batch.id, settling.settlement))
    if live.execution is not None:
        actions.append(RemoveExecution(live.batch.id))
    return Step(tuple(actions), settling.settlement)
