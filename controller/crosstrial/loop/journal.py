"""Journal: what was done, as log lines that name experiment, batch and trials.

For whoever operates a controller. `apply` notes each action here once it is carried out.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from crosstrial.decide.actions import (
    Action,
    ChangeState,
    CommitBatch,
    DeleteExperiment,
    SetStatus,
    SettleBatch,
    StopBatch,
    WithdrawBatch,
)
from crosstrial.decide.snapshot import Snapshot
from crosstrial.domain.batch import Batch, Became, Settlement, uid_of
from crosstrial.domain.experiment import Condition, ExperimentRecord, Status

logger = structlog.get_logger(__name__)

# What is said of every experiment in the end.
ORDINARY = frozenset({"Completed", "SpaceExhausted"})


class Journal:
    """Tells what is done, in the words of the snapshot that it was decided from."""

    def __init__(self) -> None:
        self._records: dict[str, ExperimentRecord] = {}
        self._batches: dict[str, Batch] = {}
        # LaunchBatch is told where it is tried, the failures inserted when they are settled.
        self._methods: dict[type, Callable[..., None]] = {
            CommitBatch: self._committed,
            StopBatch: self._stopped,
            WithdrawBatch: self._withdrawn,
            SettleBatch: self._settled,
            SetStatus: self._status_set,
            ChangeState: self._state_changed,
            DeleteExperiment: self._deleted,
        }

    def look(self, snapshot: Snapshot) -> None:
        """Learn the names of what the next actions are about."""
        self._records = {view.record.uid: view.record for view in snapshot.experiments}
        self._batches = {
            live.batch.id: live.batch for view in snapshot.experiments for live in view.live
        }

    def note(self, action: Action) -> None:
        """Tell that an action was carried out."""
        method = self._methods.get(type(action))
        if method is not None:
            method(action)

    def refused(self, subject: str, action: str, error: str) -> None:
        """Tell that an action about a batch or an experiment was refused."""
        log = self._of_experiment(uid_of(subject) or subject)
        log.warning("action refused", action=action, subject=subject, error=error)

    def of_batch(self, batch_id: str) -> structlog.stdlib.BoundLogger:
        """Return a logger that names a batch and its experiment."""
        return self._of_experiment(uid_of(batch_id)).bind(batch=batch_id)

    def _of_experiment(self, uid: str) -> structlog.stdlib.BoundLogger:
        record = self._records.get(uid)
        bound: structlog.stdlib.BoundLogger = logger.bind(
            experiment=uid if record is None else record.name
        )
        return bound

    def _committed(self, action: CommitBatch) -> None:
        batch = action.batch
        self.of_batch(batch.id).info(
            "batch planned",
            dataset=batch.dataset,
            trials=len(batch.manifest),
            suspects=batch.suspects,
        )

    def _stopped(self, action: StopBatch) -> None:
        self.of_batch(action.batch_id).info("batch asked to end")

    def _withdrawn(self, action: WithdrawBatch) -> None:
        self.of_batch(action.batch_id).info("batch withdrawn before it started")

    def _settled(self, action: SettleBatch) -> None:
        log = self.of_batch(action.batch_id)
        settlement = action.settlement
        batch = self._batches.get(action.batch_id)
        if batch is not None:
            _tell_trials(log, batch, settlement)
        if settlement.cause is None:
            log.info("batch settled", pod=settlement.pod, **_tally(settlement))
            return
        log.warning(
            "batch settled",
            pod=settlement.pod,
            cause=str(settlement.cause),
            message=settlement.message,
            **_tally(settlement),
        )

    def _status_set(self, action: SetStatus) -> None:
        record = self._records.get(action.uid)
        before = Status() if record is None else record.status
        for condition in action.status.conditions:
            if _said(condition) != _said(before.condition(condition.type)):
                self._tell_condition(action.uid, condition)

    def _tell_condition(self, uid: str, condition: Condition) -> None:
        trouble = condition.status == "True" and condition.type not in ORDINARY
        log = self._of_experiment(uid)
        (log.warning if trouble else log.info)(
            "condition changed",
            condition=condition.type,
            status=condition.status,
            reason=condition.reason,
            message=condition.message,
        )

    def _state_changed(self, action: ChangeState) -> None:
        self._of_experiment(action.uid).info(
            "experiment changed", was=str(action.was), state=str(action.to)
        )

    def _deleted(self, action: DeleteExperiment) -> None:
        self._of_experiment(action.uid).info("experiment deleted", uid=action.uid)


def _tell_trials(log: structlog.stdlib.BoundLogger, batch: Batch, settlement: Settlement) -> None:
    for position, fate in enumerate(settlement.fates):
        trial = batch.trial(position).id(batch.uid)
        if fate.became is Became.COUNTED and fate.cause is not None:
            log.warning("trial failed", trial=trial, attempt=fate.attempt, cause=str(fate.cause))
        elif fate.became is Became.SUSPECT:
            log.warning("trial suspected", trial=trial, attempt=fate.attempt)


def _tally(settlement: Settlement) -> dict[str, int]:
    became = [fate.became for fate in settlement.fates]
    return {str(kind): became.count(kind) for kind in Became}


def _said(condition: Condition | None) -> tuple[str, str, str] | None:
    if condition is None:
        return None
    return condition.status, condition.reason, condition.message
