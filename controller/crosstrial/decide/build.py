"""Build: the self-contained document of a batch, from a revision and the chosen trials."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from crosstrial.decide.document_bytes import fitting
from crosstrial.decide.pair_views import PairView
from crosstrial.decide.samplers import Sampler
from crosstrial.decide.size import expected_seconds
from crosstrial.decide.snapshot import Waiting
from crosstrial.domain.batch import Batch, BatchModel, Entry
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.pair import Pair
from crosstrial.domain.record import utc
from crosstrial.spec.document import BASELINE, Command, Model, Preprocess
from crosstrial.spec.node import Task

BASELINE_STRATEGIES: dict[Task, str] = {"classification": "prior", "regression": "mean"}


class BatchBuilder:
    """Builds the batches of one experiment at one moment."""

    def __init__(
        self,
        record: ExperimentRecord,
        pairs: Mapping[Pair, PairView],
        sampler: Sampler,
        now: datetime,
    ) -> None:
        self._record = record
        self._revision = record.latest
        self._pairs = pairs
        self._sampler = sampler
        self._now = now

    def of_draws(
        self, number: int, dataset: str, drawn: Sequence[PairView], *, baseline: bool
    ) -> Batch:
        """Return a batch of new draws, with the data set's baseline in front if it is due.

        The last ones are left out that would make the document too large for the store.
        """
        entries = [self._baseline(dataset)] if baseline else []
        entries += [self._sampler.draw(one.pair, one.next) for one in drawn]
        memory = self._revision.document.spec.resources.memory
        return self._batch(number, dataset, entries, memory=memory, suspects=False)

    def of_waiting(self, number: int, waiting: Sequence[Waiting]) -> Batch:
        """Return a batch of waiting trials, all of one data set, memory and suspicion.

        The last ones are left out that would make the document too large for the store.
        """
        first = waiting[0]
        entries = [one.entry for one in waiting]
        return self._batch(
            number, first.trial.dataset, entries, memory=first.memory, suspects=first.suspect
        )

    def _baseline(self, dataset: str) -> Entry:
        strategy = BASELINE_STRATEGIES[self._revision.dataset(dataset).task]
        return Entry(model=BASELINE, index=0, parameters={"strategy": strategy})

    def _batch(
        self, number: int, dataset: str, entries: Sequence[Entry], *, memory: int, suspects: bool
    ) -> Batch:
        spec = self._revision.document.spec
        entries = fitting(entries)
        registered = self._revision.dataset(dataset)
        children = 1 if suspects else spec.resources.children
        return Batch(
            uid=self._record.uid,
            number=number,
            experiment=self._record.name,
            revision=self._revision.number,
            dataset=dataset,
            digest=registered.digest,
            data_uri=registered.uri,
            task=registered.task,
            seed=spec.seed,
            evaluation=spec.evaluation,
            pruner=spec.pruner,
            searches=spec.searches,
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
            self._model(models.get(name), Pair(name, dataset))
            for name in dict.fromkeys(entry.model for entry in entries)
        )

    def _model(self, model: Model | None, pair: Pair) -> BatchModel:
        """Return what a worker must know of a model; None is the baseline."""
        estimator = self._revision.estimator(pair)
        if model is None:
            return BatchModel(name=BASELINE, estimator=estimator, preprocess=Preprocess())
        return BatchModel(
            name=model.name,
            estimator=estimator,
            preprocess=model.preprocess,
            epochs=model.epochs,
            command=model.model.command if isinstance(model.model, Command) else (),
        )

    def _expected(self, dataset: str, entries: Iterable[Entry]) -> float:
        spec = self._revision.document.spec
        pairs = (self._pairs.get(Pair(entry.model, dataset)) for entry in entries)
        return sum(expected_seconds(pair, spec) for pair in pairs)
