"""A world of plain dictionaries that plans are applied to: a store, an executor, what befalls them.

Pure but for its own state: no process, no clock. `natures` says what batches do by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from crosstrial.decide.actions import (
    Action,
    ChangeState,
    CommitBatch,
    DeleteExperiment,
    InsertFailures,
    LaunchBatch,
    RemoveExecution,
    SetStatus,
    SettleBatch,
    StopBatch,
    WithdrawBatch,
)
from crosstrial.decide.plan import plan
from crosstrial.decide.progress import fold
from crosstrial.decide.snapshot import ExperimentView, LiveBatch, Progress, Snapshot
from crosstrial.domain.batch import CONTROLLER_POD, Batch, BatchState, StartRecord, uid_of
from crosstrial.domain.execution import Execution, Phase
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.record import utc
from support.natures import Run
from support.registered import MOMENT, revision

AT_REST = (ExperimentState.COMPLETED, ExperimentState.CANCELLED)


class World:
    """Everything that a controller sees and changes; several may act on it in turn."""

    def __init__(self, *records: ExperimentRecord, bound: int | None = None) -> None:
        self.records = {record.uid: record for record in records}
        self.batches: dict[str, Batch] = {}
        self.starts: dict[str, StartRecord] = {}
        self.outcomes: dict[str, Outcome] = {}
        self.executions: dict[str, Execution] = {}
        self.progress = {record.uid: Progress() for record in records}
        self.elapsed = dict.fromkeys(self.records, 0.0)
        self.bound = bound
        self.now: datetime = MOMENT

    # What a controller does.

    def snapshot(self) -> Snapshot:
        """What a tick would observe now."""
        live = sum(execution.phase.live for execution in self.executions.values())
        capacity = None if self.bound is None else max(0, self.bound - live)
        views = tuple(
            self._view(record)
            for record in self.records.values()
            if record.state not in AT_REST or self.unsettled(record.uid) or _unended(record)
        )
        return Snapshot(views, dict(self.executions), capacity)

    def tick(self) -> tuple[Action, ...]:
        """Observe, decide, apply once."""
        actions = plan(self.snapshot(), self.now)
        self.apply(actions)
        return actions

    def apply(self, actions: Iterable[Action]) -> None:
        """Carry out actions up to the first that shows that the view was stale."""
        for action in actions:
            if not self._apply_one(action):
                return

    def _view(self, record: ExperimentRecord) -> ExperimentView:
        return ExperimentView(
            record=record,
            progress=self.progress[record.uid],
            live=tuple(self._live(batch) for batch in self.unsettled(record.uid)),
            next_number=len(self.batches_of(record.uid)),
            elapsed_seconds=self.elapsed[record.uid],
        )

    def _live(self, batch: Batch) -> LiveBatch:
        execution = self.executions.get(batch.id)
        if execution is not None and execution.phase.live:
            return LiveBatch(batch, execution)
        trials = {batch.trial(position) for position in range(len(batch.manifest))}
        known = (o for o in self.outcomes.values() if o.uid == batch.uid and o.trial in trials)
        return LiveBatch(batch, execution, self.starts.get(batch.id), tuple(known))

    def _apply_one(self, action: Action) -> bool:
        """Carry out one action; False when another was there first."""
        match action:
            case CommitBatch(batch):
                return self.batches.setdefault(batch.id, batch) is batch
            case WithdrawBatch(batch_id):
                return self._claim(withdrawal(batch_id, self.now))
            case SettleBatch():
                return self._settle(action)
            case ChangeState():
                return self._change_state(action)
        self._do(action)
        return True

    def _do(self, action: Action) -> None:
        match action:
            case LaunchBatch(batch):
                self._launch(batch)
            case StopBatch(batch_id):
                self._stop(batch_id)
            case InsertFailures(outcomes):
                self._insert(outcomes)
            case RemoveExecution(batch_id):
                self.executions.pop(batch_id, None)
            case SetStatus(uid, status) if uid in self.records:
                self._change(uid, status=status)
            case DeleteExperiment(uid):
                self._delete(uid)

    def _launch(self, batch: Batch) -> None:
        running = Execution(batch.id, Phase.RUNNING, batch.id)
        self.executions.setdefault(batch.id, running)
        kept = self.batches.get(batch.id)
        if kept is not None and kept.state is BatchState.PLANNED:
            self.batches[batch.id] = kept.model_copy(update={"state": BatchState.LAUNCHED})

    def _stop(self, batch_id: str) -> None:
        execution = self.executions.get(batch_id)
        if execution is not None and execution.phase.live:
            self.executions[batch_id] = Execution(batch_id, Phase.STOPPING, batch_id)

    def _claim(self, start: StartRecord) -> bool:
        return self.starts.setdefault(start.batch, start).pod == start.pod

    def _insert(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.outcomes.setdefault(outcome.id, outcome)

    def _settle(self, action: SettleBatch) -> bool:
        kept = self.batches.get(action.batch_id)
        if kept is None or kept.state is BatchState.SETTLED:
            return False
        settled = kept.model_copy(
            update={"state": BatchState.SETTLED, "settlement": action.settlement}
        )
        self.batches[kept.id] = settled
        self.progress[kept.uid] = fold(self.progress[kept.uid], settled)
        return True

    def _change(self, uid: str, **fields: object) -> None:
        self.records[uid] = self.records[uid].model_copy(update=fields)

    def _change_state(self, action: ChangeState) -> bool:
        record = self.records.get(action.uid)
        if record is None or (record.state, record.revision) != (action.was, action.revision):
            return False
        self._change(action.uid, state=action.to)
        return True

    def _delete(self, uid: str) -> None:
        self.batches = {key: b for key, b in self.batches.items() if b.uid != uid}
        self.starts = {key: s for key, s in self.starts.items() if uid_of(key) != uid}
        self.outcomes = {key: o for key, o in self.outcomes.items() if o.uid != uid}
        self.records.pop(uid, None)

    # What users, workers and clusters do.

    def batches_of(self, uid: str) -> list[Batch]:
        """Every batch of an experiment, by number."""
        return [batch for batch in self.batches.values() if batch.uid == uid]

    def unsettled(self, uid: str) -> list[Batch]:
        """The live batches of an experiment, by number."""
        return [b for b in self.batches_of(uid) if b.state is not BatchState.SETTLED]

    def running(self) -> list[Batch]:
        """The batches whose pods are there, oldest first."""
        return [
            self.batches[key]
            for key, execution in self.executions.items()
            if execution.phase.live and key in self.batches
        ]

    def end(self, run: Run) -> None:
        """Let a worker have run as told; one that cannot claim its batch has done nothing."""
        if self._claim(run.start):
            self._insert(run.outcomes)
        self.executions[run.end.batch] = run.end

    def pass_time(self, seconds: float) -> None:
        """Let time pass; paused experiments do not age."""
        self.now += timedelta(seconds=seconds)
        for uid, record in self.records.items():
            self.elapsed[uid] += seconds * (record.state is ExperimentState.ACTIVE)

    def request(self, uid: str, to: ExperimentState) -> None:
        """What the command line does; a step that the transition table lacks is refused."""
        if self.records[uid].state.may_become(to):
            self._change(uid, state=to)

    def extend(self, uid: str, runs: int) -> None:
        """Register a greater `runsPerPair`; a completed experiment is reopened."""
        record = self.records[uid]
        document = record.latest.document
        spec = document.spec.model_copy(update={"runs_per_pair": runs})
        new = revision(document.model_copy(update={"spec": spec}), record.revision + 1)
        completed = record.state is ExperimentState.COMPLETED
        self._change(
            uid,
            revision=new.number,
            revisions=(*record.revisions, new),
            state=ExperimentState.ACTIVE if completed else record.state,
        )


def _unended(record: ExperimentRecord) -> bool:
    return record.state is ExperimentState.CANCELLED and record.status.ended is None


def withdrawal(batch_id: str, now: datetime) -> StartRecord:
    """The controller's claim of a batch that never started."""
    return StartRecord(batch=batch_id, pod=CONTROLLER_POD, withdrawn=True, started=utc(now))
