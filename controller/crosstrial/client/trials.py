"""The trials of an experiment, ended or not, and how a user may name one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from crosstrial.client.counted import counted_outcomes
from crosstrial.decide.pair_states import pair_states
from crosstrial.decide.progress import still_waiting
from crosstrial.decide.retry import still_wanted
from crosstrial.domain.batch import Batch
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome, OutcomeState, outcome_id
from crosstrial.domain.trial import Trial, parse_trial_id
from crosstrial.loop.ledger import Ledger
from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import Store

ATTEMPTS = 256  # the tenth interruption ends a trial; attempts that never started are few


@dataclass(frozen=True)
class TrialView:
    """A trial that was handed out: its derived state, and its outcome once there is one."""

    trial: Trial
    state: str
    attempt: int
    batch: str | None
    outcome: Outcome | None = None


def trial_views(store: Store, record: ExperimentRecord) -> Iterator[TrialView]:
    """Yield every trial that was handed out, in no order.

    A trial without a counted outcome is `assigned` to a live batch, `waiting` for its next
    one, or `cancelled`: its experiment has ended, or its pair has closed meanwhile.
    """
    ledger = Ledger(store, record.uid)
    ledger.refresh()
    for outcome in counted_outcomes(store, record.uid):
        yield _ended(outcome)
    for batch in ledger.live:
        yield from _live(store, batch)
    progress = ledger.progress
    states = pair_states(record.latest, progress)
    for waiting in still_waiting(progress, ledger.live):
        wanted = still_wanted(waiting.trial.pair, states, progress.blocked)
        state = "waiting" if wanted and not record.state.ended else "cancelled"
        yield TrialView(waiting.trial, state, waiting.entry.attempt, None)


def _live(store: Store, batch: Batch) -> Iterator[TrialView]:
    written = {outcome.trial: outcome for outcome in store.outcomes_of_batch(batch.id)}
    for position, entry in enumerate(batch.manifest):
        trial = batch.trial(position)
        if trial in written:
            yield _ended(written[trial])
        else:
            yield TrialView(trial, "assigned", entry.attempt, batch.id)


def _ended(outcome: Outcome) -> TrialView:
    return TrialView(outcome.trial, str(outcome.state), outcome.attempt, outcome.batch, outcome)


def outcome_of(store: Store, text: str) -> Outcome | None:
    """Return the outcome of a trial id: a success or else the latest failure.

    Raises:
        InvalidError: `text` is not a trial id.
    """
    try:
        uid, trial = parse_trial_id(text)
    except ValueError as error:
        raise InvalidError(str(error), "crosstrial trials NAME -o name lists them") from error
    attempts = range(1, ATTEMPTS + 1)
    ids = [trial.id(uid)] + [outcome_id(uid, trial, OutcomeState.FAILED, n) for n in attempts]
    found = store.outcomes(ids)
    return max(found, key=lambda o: (o.state is not OutcomeState.FAILED, o.attempt), default=None)


def trial_view(store: Store, text: str) -> TrialView | None:
    """Return the trial of an id: by its outcome, else as a live batch holds it; None: neither.

    Raises:
        InvalidError: `text` is not a trial id.
    """
    outcome = outcome_of(store, text)
    if outcome is not None:
        return _ended(outcome)
    uid, trial = parse_trial_id(text)
    ledger = Ledger(store, uid)
    ledger.refresh()
    views = (view for batch in ledger.live for view in _live(store, batch))
    return next((view for view in views if view.trial == trial), None)


def matches(view: TrialView, uid: str, text: str) -> bool:
    """Whether `text` names this trial: its id, `MODEL@DATASET:INDEX`, or its index alone."""
    return text in (
        view.trial.id(uid),
        view.trial.id(uid).removeprefix(f"{uid}:"),
        str(view.trial.index),
    )
