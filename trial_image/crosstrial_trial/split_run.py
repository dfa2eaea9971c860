"""One trial on one split: preprocess, train on the inner training part, score all three parts.

Neighbours: `trial` goes from split to split, `training` fits and scores.
"""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from crosstrial.domain.batch import BatchModel
from crosstrial.domain.curve import scored_epochs
from crosstrial.domain.outcome import SplitResult
from crosstrial.domain.pair import Pair
from crosstrial.domain.seeds import derived_seed
from crosstrial.spec.epoch_ways import Way, way_of
from crosstrial.spec.epochs import Epochs
from crosstrial.spec.node import Value
from crosstrial_trial.epochs import epoch_parameters, scaled_epochs, trained
from crosstrial_trial.ground import Ground
from crosstrial_trial.memory import peak_mb, reset_peak
from crosstrial_trial.pipeline import (
    Parts,
    build_estimator,
    features,
    parts_of,
    takes_random_state,
    with_target,
)
from crosstrial_trial.pruning import Run, is_pruned
from crosstrial_trial.setting import Setting
from crosstrial_trial.training import ByEpochs, Fitted, fit_once
from crosstrial_trial.wire import Job


@dataclass(frozen=True)
class SplitRun:
    """A trial on the split `number` of its ground."""

    job: Job
    setting: Setting
    ground: Ground
    estimator: type
    number: int

    def run(self) -> tuple[SplitResult, bool]:
        """Return what it came to, and whether the trial is pruned: there is no refit."""
        split = self.ground.splits[self.number]
        reset_peak()
        cpu_since, begun = time.process_time(), time.perf_counter()
        target = parts_of(self.ground.arrays.target, split)
        inputs = features(self.ground.arrays, split, self._model.preprocess)
        preprocessed = time.perf_counter()
        fitted = self._fitted(inputs, target)
        result = SplitResult(
            repeat=split.repeat,
            fold=split.fold,
            scores=fitted.scores,
            reasons=fitted.reasons,
            preprocess_seconds=preprocessed - begun,
            fit_seconds=fitted.fit_seconds,
            score_seconds=fitted.score_seconds,
            cpu_seconds=time.process_time() - cpu_since,
            peak_memory_mb=peak_mb(),
            epoch=fitted.epoch,
            curve=fitted.curve,
        )
        return result, fitted.pruned

    @property
    def _model(self) -> BatchModel:
        return self.setting.models[self.job.model]

    def _fitted(self, inputs: Parts, target: Parts) -> Fitted:
        epochs = self._model.epochs
        if epochs is not None:
            way = way_of(epochs, self.estimator)
            return self._by_epochs(way, epochs, inputs, target)
        estimator = with_target(self._seeded({}), self._model.preprocess, self.setting.task)
        return fit_once(estimator, inputs, target, self.ground.scorer)

    def _by_epochs(self, way: Way, epochs: Epochs, inputs: Parts, target: Parts) -> Fitted:
        task = self.setting.task
        asked = scored_epochs(epochs.interval, epochs.count)
        estimator = self._seeded(epoch_parameters(way, epochs.count))
        stages = scaled_epochs(
            target.train,
            self._model.preprocess,
            task,
            lambda values: trained(way, estimator, inputs, values, asked, task),
        )

        def is_over(values: Sequence[float]) -> bool:
            return way.prunable and ends_here(
                self.job, self.setting, self.ground, self.number, values, asked
            )

        training = ByEpochs(stages, epochs.interval, self.setting.primary, is_over)
        return training.fit(inputs, target, self.ground.scorer)

    def _seeded(self, settings: Mapping[str, Value]) -> Any:
        """Return the estimator with its random state for the split, and further settings.

        The global generators are set too: what draws from them must not depend on which trials
        this child ran before.
        """
        seed = split_seed(self.job, self.setting, self.number)
        random.seed(seed)
        np.random.seed(seed)
        parameters = {**self.job.parameters, **settings}
        if "random_state" not in parameters and takes_random_state(self.estimator):
            parameters["random_state"] = seed
        return build_estimator(self.estimator, parameters)


def split_seed(job: Job, setting: Setting, number: int) -> int:
    """Return the seed of a trial on one of its splits."""
    return derived_seed(setting.seed, "random_state", job.model, setting.dataset, job.index, number)


def ends_here(
    job: Job,
    setting: Setting,
    ground: Ground,
    number: int,
    values: Sequence[float],
    epochs: Sequence[int],
) -> bool:
    """Whether a trial is pruned: its first split decides, while there is more to come.

    It is compared with trials of its own search, as searches know nothing of each other.
    """
    at_end = len(values) == len(epochs) and len(ground.splits) == 1
    if number > 0 or at_end:
        return False
    return is_pruned(
        setting.pruner,
        Run(job.index, tuple(values)),
        ground.rivals.of(job.model, job.index),
        epochs,
        pair=str(Pair(job.model, setting.dataset)),
    )
