"""Plan: everything that one tick decides, from the snapshot and the time alone.

Puts the policies together: `lifecycle` for batches that exist, `batches` for new ones, `ends`
and `conditions` for the experiment. Idempotent: once its actions are applied and nothing else
happens, the plans that follow at that time say what follows from them (a settled batch makes
room for the next) and then nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from crosstrial.decide.actions import (
    Action,
    ChangeState,
    CommitBatch,
    DeleteExperiment,
    LaunchBatch,
    RemoveExecution,
    SetStatus,
    StopBatch,
)
from crosstrial.decide.batches import next_batches
from crosstrial.decide.conditions import next_status
from crosstrial.decide.ends import end_of, spent_budget
from crosstrial.decide.lifecycle import Step, next_step
from crosstrial.decide.pair_views import PairView, pair_views
from crosstrial.decide.refusals import holds_back
from crosstrial.decide.rest import rests
from crosstrial.decide.snapshot import ExperimentView, Refusal, Snapshot
from crosstrial.domain.batch import uid_of
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.pair import Pair


@dataclass
class _Slots:
    """How many more batches may start in this tick; None: no bound."""

    free: int | None

    @property
    def none_left(self) -> bool:
        """Whether nothing more can be launched."""
        return self.free is not None and self.free <= 0

    def take(self) -> bool:
        """Use one up, if there is one."""
        if self.none_left:
            return False
        if self.free is not None:
            self.free -= 1
        return True


@dataclass(frozen=True)
class _Hungry:
    """An active experiment with work left, and how many of its batches live."""

    view: ExperimentView
    pairs: Mapping[Pair, PairView]
    live: int


def plan(snapshot: Snapshot, now: datetime) -> tuple[Action, ...]:
    """Return what to do now, in the order in which to do it."""
    slots = _Slots(snapshot.capacity)
    actions = list(_leftovers(snapshot))
    hungry: list[_Hungry] = []
    for view in snapshot.experiments:
        if view.record.state is ExperimentState.DELETING:
            actions += _deletion(view, snapshot, now)
            continue
        steps = _steps(view, now)
        actions += [action for step in steps for action in step.actions]
        actions += _launches(view, steps, slots)
        pairs = pair_views(view)
        refusal = snapshot.refusals.get(view.record.uid)
        actions += _course(view, pairs, steps, refusal, now)
        if view.record.state is not ExperimentState.ACTIVE or rests(view, now):
            continue
        if holds_back(refusal, view.record, now):
            continue
        if end_of(view, pairs, now) is None:
            hungry.append(_Hungry(view, pairs, _living(view, snapshot)))
    return (*actions, *_new_work(hungry, slots, now))


def _leftovers(snapshot: Snapshot) -> Iterator[Action]:
    """Clear what runs or lies about without an unsettled batch or an experiment to delete."""
    cared_for = {live.batch.id for view in snapshot.experiments for live in view.live}
    deleting = {
        view.record.uid
        for view in snapshot.experiments
        if view.record.state is ExperimentState.DELETING
    }
    for execution in snapshot.executions.values():
        if execution.batch not in cared_for and uid_of(execution.batch) not in deleting:
            yield from _clearing(execution)


def _clearing(execution: Execution) -> Iterator[Action]:
    if not execution.phase.live:
        yield RemoveExecution(execution.batch)
    elif execution.phase is not Phase.STOPPING:
        yield StopBatch(execution.batch)


def _deletion(view: ExperimentView, snapshot: Snapshot, now: datetime) -> Iterator[Action]:
    """Clear every execution of an experiment, then its documents.

    Where another place runs batches of it, each settles its own; the last one deletes.
    """
    uid = view.record.uid
    if view.is_partly_elsewhere:
        for live in view.live:
            step = next_step(live, now, revision=view.record.revision, cancelled=True)
            yield from step.actions
        status = next_status(view, (), now, end=None)
        if status != view.record.status:
            yield SetStatus(uid, status)
        return
    executions = [e for e in snapshot.executions.values() if uid_of(e.batch) == uid]
    for execution in executions:
        yield from _clearing(execution)
    if not executions:
        yield DeleteExperiment(uid)


def _steps(view: ExperimentView, now: datetime) -> list[Step]:
    record = view.record
    spent = spent_budget(view, now) is not None
    return [
        next_step(live, now, revision=record.revision, cancelled=record.state.ended, spent=spent)
        for live in view.live
    ]


def _launches(view: ExperimentView, steps: Iterable[Step], slots: _Slots) -> Iterator[Action]:
    """Launch batches that an earlier tick committed and could not launch."""
    if view.record.state is ExperimentState.PAUSED:
        return
    for live, step in zip(view.live, steps, strict=True):
        if step.waits_for_slot and slots.take():
            yield LaunchBatch(live.batch)


def _course(
    view: ExperimentView,
    pairs: Mapping[Pair, PairView],
    steps: Iterable[Step],
    refusal: Refusal | None,
    now: datetime,
) -> Iterator[Action]:
    """Write what has become of the experiment itself; the status comes before the state.

    In the other order a crash in between would leave an experiment at rest without its status.
    """
    record = view.record
    over = not record.state.ended and not view.live
    end = end_of(view, pairs, now) if over else None
    settled = [step.settlement for step in steps if step.settlement is not None]
    status = next_status(view, settled, now, end=end, refusal=refusal)
    if status != record.status:
        yield SetStatus(record.uid, status)
    if end is not None:
        yield ChangeState(record.uid, record.state, record.revision, ExperimentState.COMPLETED)


def _living(view: ExperimentView, snapshot: Snapshot) -> int:
    """Count an experiment's batches that live, settled ones whose pod is still there included."""
    unsettled = {live.batch.id for live in view.live}
    lingering = (
        execution.batch
        for execution in snapshot.executions.values()
        if execution.phase.live and uid_of(execution.batch) == view.record.uid
    )
    return len(unsettled.union(lingering))


def _new_work(hungry: Iterable[_Hungry], slots: _Slots, now: datetime) -> Iterator[Action]:
    """Commit and launch new batches; each slot goes to the experiment with the fewest live ones.

    Of equal ones the older experiment comes first.
    """
    upcoming = {one.view.record.uid: next_batches(one.view, one.pairs, now) for one in hungry}
    living = {one.view.record.uid: one.live for one in hungry}
    limits = {
        one.view.record.uid: one.view.record.latest.document.spec.limits.parallel_batches
        for one in hungry
    }
    # To draw is costly: not before there is a slot for it.
    while not slots.none_left and (
        candidates := [uid for uid in upcoming if living[uid] < limits[uid]]
    ):
        uid = min(candidates, key=living.__getitem__)
        batch = next(upcoming[uid], None)
        if batch is None:
            del upcoming[uid]
            continue
        slots.take()
        yield CommitBatch(batch)
        yield LaunchBatch(batch)
        living[uid] += 1
