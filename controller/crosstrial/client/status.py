"""How far an experiment is: per pair counts, failures, seconds; rate and time to finish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from crosstrial.decide.pair_states import pair_states
from crosstrial.decide.progress import still_waiting
from crosstrial.decide.samplers import possible_runs
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import OutcomeState
from crosstrial.domain.pair import Pair, PairState, PairSums
from crosstrial.loop.ledger import Ledger
from crosstrial.store.protocol import Store


@dataclass(frozen=True)
class PairStatus:
    """One pair: settled counts, outcomes that live batches have written, trials in flight."""

    pair: Pair
    state: PairState
    wanted: int
    succeeded: int
    failed: int
    pruned: int
    running: int
    waiting: int
    seconds: float

    @property
    def ended(self) -> int:
        """Trials with an outcome, whether settled or not yet."""
        return self.succeeded + self.failed + self.pruned

    @property
    def remaining(self) -> int:
        """Trials that are still to run."""
        return max(0, self.wanted - self.ended) if self.state is PairState.OPEN else 0


@dataclass(frozen=True)
class ExperimentStatus:
    """An experiment and its pairs (the baseline is not among them)."""

    record: ExperimentRecord
    pairs: tuple[PairStatus, ...]
    live_batches: int
    elapsed_seconds: float

    @property
    def ended(self) -> int:
        """Trials with an outcome."""
        return sum(pair.ended for pair in self.pairs)

    @property
    def failed(self) -> int:
        """Failed trials."""
        return sum(pair.failed for pair in self.pairs)

    @property
    def pruned(self) -> int:
        """Trials that were ended early."""
        return sum(pair.pruned for pair in self.pairs)

    @property
    def wanted(self) -> int:
        """Trials that the document asks for."""
        return sum(pair.wanted for pair in self.pairs)

    @property
    def remaining(self) -> int:
        """Trials that are still to run."""
        return sum(pair.remaining for pair in self.pairs)

    @property
    def trials_per_second(self) -> float | None:
        """Ended trials a second of unpaused time; None before the first."""
        if not self.ended or self.elapsed_seconds <= 0:
            return None
        return self.ended / self.elapsed_seconds

    @property
    def seconds_to_finish(self) -> float | None:
        """Remaining work over the speed so far, each pair with its own mean; None if unknown."""
        known = [pair for pair in self.pairs if pair.seconds > 0 and pair.ended]
        done = sum(pair.seconds for pair in known)
        if not done or self.elapsed_seconds <= 0:
            return None
        mean = done / sum(pair.ended for pair in known)
        work = sum(
            pair.remaining * (pair.seconds / pair.ended if pair in known else mean)
            for pair in self.pairs
        )
        return work * self.elapsed_seconds / done


class StatusReader:
    """Reads one experiment's status again and again at the cost of its live work."""

    def __init__(self, store: Store, uid: str) -> None:
        self._store = store
        self._ledger = Ledger(store, uid)

    def read(self, record: ExperimentRecord) -> ExperimentStatus:
        """Return the status now."""
        self._ledger.refresh()
        fresh = self._fresh_counts()
        left = still_waiting(self._ledger.progress, self._ledger.live)
        waiting = Counter(one.trial.pair for one in left)
        states = pair_states(record.latest, self._ledger.progress)
        runs = possible_runs(record.latest.document)
        pairs = tuple(
            self._pair(record, pair, state, runs[pair.model], fresh, waiting)
            for pair, state in states.items()
        )
        return ExperimentStatus(
            record=record,
            pairs=pairs,
            live_batches=len(self._ledger.live),
            elapsed_seconds=record.status.elapsed_seconds,
        )

    def _fresh_counts(self) -> Counter[tuple[Pair, OutcomeState]]:
        """Count outcomes that live batches have written, not settled yet."""
        counts: Counter[tuple[Pair, OutcomeState]] = Counter()
        for batch in self._ledger.live:
            for (model, state), count in self._store.outcome_counts(batch.id).items():
                counts[Pair(model, batch.dataset), state] += count
        return counts

    def _pair(
        self,
        record: ExperimentRecord,
        pair: Pair,
        state: PairState,
        wanted: int,
        fresh: Mapping[tuple[Pair, OutcomeState], int],
        waiting: Counter[Pair],
    ) -> PairStatus:
        sums = self._ledger.progress.sums.get(pair, PairSums(model=pair.model))
        flying = sum(
            entry.model == pair.model
            for batch in self._ledger.live
            if batch.dataset == pair.dataset
            for entry in batch.manifest
        )
        written = {state: fresh.get((pair, state), 0) for state in OutcomeState}
        return PairStatus(
            pair=pair,
            state=state,
            wanted=wanted,
            succeeded=sums.succeeded + written[OutcomeState.SUCCEEDED],
            failed=sums.failed + written[OutcomeState.FAILED],
            pruned=sums.pruned + written[OutcomeState.PRUNED],
            running=max(0, flying - sum(written.values())),
            # What has closed, or has ended, is given none of its waiting trials again.
            waiting=0 if record.state.ended or state is not PairState.OPEN else waiting[pair],
            seconds=sums.seconds,
        )
