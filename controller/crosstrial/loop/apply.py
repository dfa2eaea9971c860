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
from crosstrial.decide.refusals import EXECUTOR_REFUSES, STORE_REFUSES
from crosstrial.decide.snapshot import Refused
from crosstrial.domain.batch import CONTROLLER_POD, StartRecord, uid_of
from crosstrial.domain.record import utc
from crosstrial.executor.protocol import Executor, ExecutorError, TemporaryExecutorError
from crosstrial.loop.clock import utc_now
from crosstrial.loop.journal import Journal
from crosstrial.store.protocol import RefusedError, Store


class Applier:
    """Carries out actions on a store and an executor."""

    def __init__(self, store: Store, executor: Executor) -> None:
        self._store = store
        self._executor = executor
        self.journal = Journal()
        self.postponed = False  # whether something of the last actions could not be done yet
        self.refused: dict[str, Refused] = {}  # of them, by experiment
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
        """Carry out actions in order, up to the first that shows that the view was stale.

        What is refused concerns one experiment: only what builds on it is left undone.
        """
        self.postponed, self.refused = False, {}
        undone: set[str] = set()
        for action in actions:
            if _builds_on(action, undone):
                undone.add(_subject(action))
                continue
            try:
                if not self.apply_one(action):
                    return
            except TemporaryExecutorError:
                raise
            except (RefusedError, ExecutorError) as error:
                undone.add(_subject(action))
                self._note_refusal(action, error)

    def _note_refusal(self, action: Action, error: Exception) -> None:
        subject = _subject(action)
        reason = STORE_REFUSES if isinstance(error, RefusedError) else EXECUTOR_REFUSES
        new_batch = isinstance(action, CommitBatch)
        self.refused[uid_of(subject) or subject] = Refused(reason, str(error), new_batch)
        self.postponed = True
        self.journal.refused(subject, type(action).__name__, str(error))

    def apply_one(self, action: Action) -> bool:
        """Carry out one action; False when the world has moved on: observe again."""
        applied = self._methods[type(action)](action)
        if applied:
            self.journal.note(action)
        return applied

    def _commit(self, action: CommitBatch) -> bool:
        batch = action.batch.model_copy(update={"place": self._executor.place})
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


def _builds_on(action: Action, undone: set[str]) -> bool:
    """Whether an action makes no sense after what was left undone.

    A batch's number must not be left out, so after any trouble no new batch is committed.
    """
    if isinstance(action, CommitBatch):
        return any(uid_of(subject) == action.batch.uid for subject in undone)
    return _subject(action) in undone


def _subject(action: Action) -> str:
    """Return the id of what an action is about: a batch, or an experiment."""
    match action:
        case CommitBatch(batch) | LaunchBatch(batch):
            return batch.id
        case InsertFailures(outcomes):
            return outcomes[0].batch
        case SetStatus(uid) | ChangeState(uid) | DeleteExperiment(uid):
            return uid
    return action.batch_id
