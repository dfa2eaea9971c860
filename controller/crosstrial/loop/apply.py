"""Apply: carry out what was decided, in order, each action idempotent.

A crash after any action is healed by the next tick, which observes the world as it then is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

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
from crosstrial.domain.batch import CONTROLLER_POD, Batch, Became, Settlement, StartRecord
from crosstrial.domain.record import utc
from crosstrial.executor.protocol import Executor, TemporaryExecutorError
from crosstrial.loop.clock import utc_now
from crosstrial.store.protocol import Store

logger = structlog.get_logger(__name__)

Kind = TypeVar("Kind", bound=Action)


class Applier:
    """Carries out actions on a store and an executor."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self._methods: dict[type, Callable[..., bool]] = {
            CommitBatch: self._commit,
            LaunchBatch: self._launch,
            StopBatch: self._stop,
            WithdrawBatch: self._withdraw,
            InsertFailures: self._insert_failures,
            SettleBatch: self._settle,
            RemoveExecution: self._remove,
            SetStatus: self._set_status,
            ChangeState: self._change_state,
            DeleteExperiment: self._delete,
        }

    def apply(self, actions: Iterable[Action]) -> None:
        """Carry out actions in order, up to the first that shows that the view was stale."""
        for action in actions:
            if not self.apply_one(action):
                return

    def apply_one(self, action: Action) -> bool:
        """Carry out one action; False when the world has moved on: observe again."""
        return self._methods[type(action)](action)

    def _commit(self, action: CommitBatch) -> bool:
        batch = action.batch
        if not self._store.insert_batch(batch):
            _of(batch).info("batch number taken: another controller planned it")
            return False
        _of(batch).info("batch planned", dataset=batch.dataset, trials=len(batch.manifest))
        return True

    def _launch(self, action: LaunchBatch) -> bool:
        batch = action.batch
        try:
            self._executor.launch(batch)
        except TemporaryExecutorError as error:
            _of(batch).warning("batch not launched yet", error=str(error))
            return True
        self._store.launch_batch(batch.id)
        return True

    def _stop(self, action: StopBatch) -> bool:
        self._executor.stop(action.batch_id)
        return True

    def _withdraw(self, action: WithdrawBatch) -> bool:
        start = StartRecord(
            batch=action.batch_id, pod=CONTROLLER_POD, withdrawn=True, started=utc(utc_now())
        )
        return self._store.insert_start(start)

    def _insert_failures(self, action: InsertFailures) -> bool:
        self._store.insert_outcomes(action.outcomes)
        return True

    def _settle(self, action: SettleBatch) -> bool:
        if not self._store.settle_batch(action.batch_id, action.settlement):
            return False
        logger.info("batch settled", batch=action.batch_id, **_tally(action.settlement))
        return True

    def _remove(self, action: RemoveExecution) -> bool:
        self._executor.remove(action.batch_id)
        return True

    def _set_status(self, action: SetStatus) -> bool:
        self._store.set_status(action.uid, action.status)
        return True

    def _change_state(self, action: ChangeState) -> bool:
        changed = self._store.change_state(
            action.uid, was=action.was, revision=action.revision, to=action.to
        )
        if changed:
            logger.info("experiment changed", uid=action.uid, state=str(action.to))
        return changed

    def _delete(self, action: DeleteExperiment) -> bool:
        self._store.delete_experiment(action.uid)
        logger.info("experiment deleted", uid=action.uid)
        return True


def _of(batch: Batch) -> structlog.stdlib.BoundLogger:
    bound: structlog.stdlib.BoundLogger = logger.bind(experiment=batch.experiment, batch=batch.id)
    return bound


def _tally(settlement: Settlement) -> dict[str, object]:
    became = [fate.became for fate in settlement.fates]
    counts: dict[str, object] = {str(kind): became.count(kind) for kind in Became}
    if settlement.cause is not None:
        counts["cause"] = str(settlement.cause)
    return counts
