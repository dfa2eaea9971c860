"""An experiment's batches written one after another into a store, with whatever fates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crosstrial.domain.batch import Batch, BatchState, Became, Entry, Fate, Settlement
from crosstrial.domain.outcome import OutcomeState, outcome_id
from crosstrial.domain.pair import PairSums
from crosstrial.domain.trial import Trial
from crosstrial.spec.document import Evaluation
from crosstrial.store.protocol import Store
from support.registered import MOMENT, UID

MODEL = "forest"
DATA_SET = "iris"


def planned(number: int, attempts: Mapping[int, int], *, dataset: str = DATA_SET) -> Batch:
    """A planned batch of one model's trials: index -> attempt."""
    return Batch(
        uid=UID,
        number=number,
        experiment="demo",
        revision=1,
        dataset=dataset,
        digest="d" * 64,
        task="classification",
        seed=0,
        evaluation=Evaluation(),
        trial_seconds=300.0,
        cpu=1.0,
        memory=1 << 30,
        max_memory=1 << 32,
        models=(),
        manifest=tuple(
            Entry(model=MODEL, index=index, attempt=attempt, parameters={})
            for index, attempt in attempts.items()
        ),
        expected_seconds=1.0,
        created=MOMENT,
    )


def settlement_of(batch: Batch, became: Sequence[Became]) -> Settlement:
    """What settling writes when its trials became this; those that count have succeeded."""
    counted = became.count(Became.COUNTED)
    highest = max(entry.index for entry in batch.manifest)
    return Settlement(
        fates=tuple(
            Fate(
                became=one,
                state=OutcomeState.SUCCEEDED if one is Became.COUNTED else None,
                attempt=entry.attempt,
            )
            for entry, one in zip(batch.manifest, became, strict=True)
        ),
        sums=(PairSums(model=MODEL, succeeded=counted, seconds=float(counted), next=highest + 1),),
        cpu_seconds=float(counted),
        has_unfinished=any(b in (Became.UNFINISHED, Became.SUSPECT) for b in became),
        has_retries=any(entry.attempt > 1 for entry in batch.manifest),
        settled=MOMENT,
    )


class History:
    """Writes batches as a controller would."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.batches: list[Batch] = []

    def plan(self, attempts: Mapping[int, int]) -> Batch:
        """Commit the next batch."""
        batch = planned(len(self.batches), attempts)
        assert self.store.insert_batch(batch)
        self.batches.append(batch)
        return batch

    def settle(self, batch: Batch, *became: Became) -> None:
        """Settle a batch: what became of its trials; those not said count."""
        fates = [*became, *[Became.COUNTED] * (len(batch.manifest) - len(became))]
        assert self.store.settle_batch(batch.id, settlement_of(batch, fates))

    def settled(self, attempts: Mapping[int, int], *became: Became) -> Batch:
        """Commit the next batch and settle it."""
        batch = self.plan(attempts)
        self.settle(batch, *became)
        return batch

    def unsettled(self) -> list[Batch]:
        """Return the batches that live, by number."""
        states = self.store.batch_states(UID)
        return [b for b in self.batches if states[b.number] is not BatchState.SETTLED]


def counted_trials(store: Store, uid: str = UID) -> list[Trial]:
    """Return the trial of every outcome that a settlement counts and that is there."""
    batches = store.batches(uid, store.batch_states(uid))
    counted = [
        (batch.trial(position), fate)
        for batch in batches
        if batch.settlement is not None
        for position, fate in enumerate(batch.settlement.fates)
        if fate.became is Became.COUNTED
    ]
    ids = [outcome_id(uid, trial, _state(fate), fate.attempt) for trial, fate in counted]
    kept = {outcome.id for outcome in store.outcomes(ids)}
    return sorted(trial for (trial, _), key in zip(counted, ids, strict=True) if key in kept)


def _state(fate: Fate) -> OutcomeState:
    assert fate.state is not None
    return fate.state
