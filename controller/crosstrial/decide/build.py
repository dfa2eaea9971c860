"""Build: the self-contained document of a batch, from a revision and the chosen trials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crosstrial.decide.draw import point
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.size import expected_seconds
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.batch import Batch, BatchModel, Entry
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.pair import Pair
from crosstrial.domain.record import utc
from crosstrial.spec.document import BASELINE, Preprocess
from crosstrial.spec.node import Task

BASELINE_STRATEGIES: dict[Task, str] = {"classification": "prior", "regression": "mean"}


class BatchBuilder:
    """Builds the batches of one experiment at one moment."""

    def __init__(
        self, record: ExperimentRecord, pairs: Mapping[Pair, PairView], now: datetime
    ) -> None:
        self._record = record
        self._revision = record.latest
        self._pairs = pairs
        self._now = now

    def of_draws(
        self, number: int, dataset: str, drawn: Sequence[PairView], *, baseline: bool
    ) -> Batch:
        """Return a batch of new draws, with the data set's baseline in front if it is due."""
        entries = [self._baseline(dataset)] if baseline else []
        entries += [self._draw(one.pair, one.next) for one in drawn]
        memory = self._revision.document.spec.resources.memory
        return self._batch(number, dataset, entries, memory=memory, suspects=False)

    def of_waiting(self, number: int, waiting: Sequence[Waiting]) -> Batch:
        """Return a batch of waiting trials, all of one data set, memory and suspicion."""
        first = waiting[0]
        entries = [one.entry for one in waiting]
        return self._batch(
            number, first.trial.dataset, entries, memory=first.memory, suspects=first.suspect
        )

    def _draw(self, pair: Pair, index: int) -> Entry:
        document = self._revision.document
        drawn = point(document.models()[pair.model], seed=document.spec.seed, index=index)
        return Entry(model=pair.model, index=index, parameters=drawn)

    def _baseline(self, dataset: str) -> Entry:
        strategy = BASELINE_STRATEGIES[self._revision.dataset(dataset).task]
        return Entry(model=BASELINE, index=0, parameters={"strategy": strategy})

    def _batch(
        self, number: int, dataset: str, entries: Sequence[Entry], *, memory: int, suspects: bool
    ) -> Batch:
        spec = self._revision.document.spec
        registered = self._revision.dataset(dataset)
        children = 1 if suspects else spec.resources.children
        return Batch(
            uid=self._record.uid,
            number=number,
            experiment=self._record.name,
            revision=self._revision.number,
            dataset=dataset,
            digest=registered.digest,
            task=registered.task,
            seed=spec.seed,
            evaluation=spec.evaluation,
            trial_seconds=spec.limits.trial_seconds,
            cpu=spec.resources.cpu,
            memory=memory,
            max_memory=spec.resources.max_memory,
            pod=spec.pod,
            models=self._models(dataset, entries),
            manifest=tuple(entries),
            suspects=suspects,
            expected_seconds=self._expected(dataset, entries) / children,
            created=utc(self._now),
        )

    def _models(self, dataset: str, entries: Iterable[Entry]) -> tuple[BatchModel, ...]:
        models = self._revision.document.models()
        return tuple(
            BatchModel(
                name=name,
                estimator=self._revision.estimator(Pair(name, dataset)),
                preprocess=Preprocess() if name == BASELINE else models[name].preprocess,
            )
            for name in dict.fromkeys(entry.model for entry in entries)
        )

    def _expected(self, dataset: str, entries: Iterable[Entry]) -> float:
        spec = self._revision.document.spec
        pairs = (self._pairs.get(Pair(entry.model, dataset)) for entry in entries)
        return sum(expected_seconds(pair, spec) for pair in pairs)
