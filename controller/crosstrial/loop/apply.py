"""Apply: carry out what was decided, in order, each action idempotent.

A crash after any action is healed by the next tick, which observes the world as it then is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

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
from crosstrial.domain.batch import CONTROLLER_POD, StartRecord
from crosstrial.domain.record import utc
from crosstrial.executor.protocol import Executor, TemporaryExecutorError
from crosstrial.loop.clock import utc_now
from crosstrial.loop.journal import Journal
from crosstrial.store.protocol import Store


class Applier:
    """Carries out actions on a store and an executor."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self.journal = Journal()
        self.postponed = False  # whether something of the last actions could not be done yet
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
        self.postponed = False
        for action in actions:
            if not self.apply_one(action):
                return

    def apply_one(self, action: Action) -> bool:
        """Carry out one action; False when the world has moved on: observe again."""
        applied = self._methods[type(action)](action)
        if applied:
            self.journal.note(action)
        return applied

    def _commit(self, action: CommitBatch) -> bool:
        batch = action.batch
        if not self._store.insert_batch(batch):
            self.journal.of_batch(batch.id).info("batch number taken by another controller")
            return False
        return True

    def _launch(self, action: LaunchBatch) -> bool:
        batch = action.batch
        log = self.journal.of_batch(batch.id)
        try:
            self._executor.launch(batch)
        except TemporaryExecutorError as error:
            # What cannot start yet must not hold up the actions behind it.
            log.warning("batch not launched yet", error=str(error))
            self.postponed = True
            return True
        self._store.launch_batch(batch.id)
        log.info("batch launched")
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
        return self._store.settle_batch(action.batch_id, action.settlement)

    def _remove(self, action: RemoveExecution) -> bool:
        self._executor.remove(action.batch_id)
        return True

    def _set_status(self, action: SetStatus) -> bool:
        self._store.set_status(action.uid, action.status)
        return True

    def _change_state(self, action: ChangeState) -> bool:
        return self._store.change_state(
            action.uid, was=action.was, revision=action.revision, to=action.to
        )

    def _delete(self, action: DeleteExperiment) -> bool:
        self._store.delete_experiment(action.uid)
        return True
