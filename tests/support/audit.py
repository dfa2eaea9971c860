"""What must hold in a world at every instant, recounted from its documents alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from itertools import permutations

from crosstrial.decide.draw import point
from crosstrial.decide.pair_states import pair_state
from crosstrial.domain.batch import Batch, BatchState, Became, Entry
from crosstrial.domain.outcome import Outcome, OutcomeState, outcome_id
from crosstrial.domain.pair import Pair, PairState, PairSums
from crosstrial.domain.search import place_of
from crosstrial.domain.trial import Trial
from crosstrial.spec.document import BASELINE, ExperimentSpec
from support.world import World


class Audit:
    """One experiment of a world."""

    def __init__(self, world: World, uid: str) -> None:
        self._world = world
        self._uid = uid
        self._batches = world.batches_of(uid)
        self._spec: ExperimentSpec = world.records[uid].latest.document.spec
        self._counted = [
            outcome_id(uid, batch.trial(position), fate.state, fate.attempt)
            for batch in self._batches
            if batch.settlement is not None
            for position, fate in enumerate(batch.settlement.fates)
            if fate.became is Became.COUNTED and fate.state is not None
        ]

    def check(self) -> None:
        """Every promise of the design that one instant can break."""
        self._check_batches()
        self._check_attempts()
        self._check_counting()
        self._check_runs_and_balance()

    def counted(self) -> list[Outcome]:
        """The outcomes that count: exactly those that a settle record names."""
        return [self._world.outcomes[name] for name in self._counted]

    def states(self) -> dict[Pair, PairState]:
        """The state of each pair, by the outcomes that count."""
        sums, blocked = self._recount, self._world.progress[self._uid].blocked
        pairs = self._world.records[self._uid].latest.pairs()
        of = {pair: sums.get(pair, PairSums(model=pair.model)) for pair in pairs}
        return {
            pair: pair_state(self._spec, of[pair], blocked=pair.dataset in blocked)
            for pair in pairs
        }

    def check_pairs_are_closed(self) -> None:
        """Every pair that was not stopped early has exactly its runs."""
        replaced = self._spec.evaluation.failures == "replace"
        spent = Counter(
            outcome.trial.pair
            for outcome in self.counted()
            if not (replaced and outcome.state is OutcomeState.FAILED)
        )
        for pair, state in self.states().items():
            assert state is not PairState.OPEN
            assert spent[pair] <= self._spec.trials_per_pair
            assert state is not PairState.DONE or spent[pair] == self._spec.trials_per_pair

    def _check_batches(self) -> None:
        live = [b for b in self._batches if b.state is not BatchState.SETTLED]
        assert len(live) <= self._spec.limits.parallel_batches
        in_flight = [b.trial(position) for b in live for position in range(len(b.manifest))]
        assert len(in_flight) == len(set(in_flight)), "a trial is in two live batches"
        assert [b.number for b in self._batches] == list(range(len(self._batches)))
        for batch in self._batches:
            own = [e for e in batch.manifest if not (e.model == BASELINE and e.attempt == 1)]
            assert len(own) <= self._spec.batch.max_trials
            assert batch.memory <= batch.max_memory
            assert all(entry.interruptions < 10 for entry in batch.manifest)

    def _check_attempts(self) -> None:
        """Attempts count up, and each pair's indices are handed out in order."""
        attempts = self._attempts()
        indices: dict[Pair, list[int]] = defaultdict(list)
        for trial, entries in attempts.items():
            assert [entry.attempt for entry in entries] == list(range(1, len(entries) + 1))
            indices[trial.pair].append(trial.index)
        for found in indices.values():
            assert found == list(range(len(found)))
        self._check_baselines(attempts)

    def check_parameters(self) -> None:
        """Every attempt at a trial has the parameters that the document says."""
        models = self._world.records[self._uid].latest.document.models()
        for trial, entries in self._attempts().items():
            place = place_of(trial.index, self._spec.searches)
            seed = place.seed(self._spec.seed)
            expected = (
                {"strategy": "prior"}
                if trial.pair.is_baseline
                else point(models[trial.model], seed=seed, index=place.position)
            )
            assert all(entry.parameters == expected for entry in entries)

    def _attempts(self) -> dict[Trial, list[Entry]]:
        attempts: dict[Trial, list[Entry]] = defaultdict(list)
        for batch, entry in self._lines():
            attempts[Trial(entry.model, batch.dataset, entry.index)].append(entry)
        return attempts

    def _check_baselines(self, attempts: dict[Trial, list[Entry]]) -> None:
        seen: set[str] = set()
        for batch in self._batches:
            if batch.dataset not in seen:
                assert (batch.manifest[0].model, batch.manifest[0].index) == (BASELINE, 0)
            seen.add(batch.dataset)
        baselines = [trial for trial in attempts if trial.pair.is_baseline]
        assert sorted(t.dataset for t in baselines) == sorted(seen)

    def _check_counting(self) -> None:
        """The sums are a recount of the outcomes that settle records name, each once."""
        outcomes = self.counted()
        trials = [outcome.trial for outcome in outcomes]
        assert len(trials) == len(set(trials)), "a trial is counted twice"
        assert self._world.progress[self._uid].sums == self._recount

    @cached_property
    def _recount(self) -> dict[Pair, PairSums]:
        sums: dict[Pair, PairSums] = {}
        parts = [
            (Pair(entry.model, batch.dataset), PairSums(model=entry.model, next=entry.index + 1))
            for batch, entry in self._lines()
            if batch.state is BatchState.SETTLED
        ]
        parts += [(outcome.trial.pair, _one(outcome)) for outcome in self.counted()]
        for pair, part in parts:
            sums[pair] = sums[pair].plus(part) if pair in sums else part
        return sums

    def _check_runs_and_balance(self) -> None:
        """Nothing is handed out over the runs of all searches; open pairs are given equally much.

        Within a data set by one trial, across data sets by one batch: without the last batch
        of draws on its data set, no pair is more than one ahead of any open one. Where
        failures are replaced, only the bound holds: what has failed is handed out anew.
        """
        dropped = self._dropped()
        given = self._handed_out(dropped)
        states = self.states()
        for pair in states:
            assert given[pair] <= self._spec.trials_per_pair
        if self._spec.evaluation.failures == "replace":
            return
        # Trials are dropped when an experiment has ended: one that is reopened makes up for them.
        balanced = [p for p, s in states.items() if s is PairState.OPEN and p not in dropped]
        before_last = given - self._last_draws()
        for one, other in permutations(balanced, 2):
            assert before_last[one] - given[other] <= 1
            assert one.dataset != other.dataset or given[one] - given[other] <= 1

    def _dropped(self) -> Counter[Pair]:
        return Counter(
            Pair(entry.model, batch.dataset)
            for batch in self._batches
            if batch.settlement is not None
            for entry, fate in zip(batch.manifest, batch.settlement.fates, strict=True)
            if fate.became is Became.DROPPED
        )

    def _handed_out(self, dropped: Counter[Pair]) -> Counter[Pair]:
        """Count trials that were drawn, but for those dropped and failures that are replaced."""
        given = Counter(Pair(e.model, b.dataset) for b, e in self._lines() if e.attempt == 1)
        given.subtract(dropped)
        if self._spec.evaluation.failures == "replace":
            failed = (o for o in self.counted() if o.state is OutcomeState.FAILED)
            given.subtract(outcome.trial.pair for outcome in failed)
        return given

    def _last_draws(self) -> Counter[Pair]:
        last = {b.dataset: b for b in self._batches if any(e.attempt == 1 for e in b.manifest)}
        return Counter(Pair(e.model, b.dataset) for b in last.values() for e in b.manifest)

    def _lines(self) -> Iterator[tuple[Batch, Entry]]:
        return ((batch, entry) for batch in self._batches for entry in batch.manifest)


def _one(outcome: Outcome) -> PairSums:
    return PairSums.model_validate(
        {"model": outcome.model, outcome.state.value: 1, "seconds": outcome.seconds}
    )
