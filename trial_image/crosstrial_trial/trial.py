"""One trial: a configuration on every split of the data set, or the failure of one of them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from crosstrial.data.splits import Split, make_splits
from crosstrial.domain.outcome import OutcomeState, SplitResult
from crosstrial.domain.seeds import derived_seed
from crosstrial.spec.estimators import load_class
from crosstrial_trial.arrays import Arrays, map_arrays
from crosstrial_trial.failure import cause_of, message_of
from crosstrial_trial.memory import peak_mb, reset_peak
from crosstrial_trial.pipeline import (
    build_estimator,
    features,
    parts_of,
    takes_random_state,
    with_target,
)
from crosstrial_trial.scoring import Scorer
from crosstrial_trial.setting import Setting
from crosstrial_trial.wire import Job, Report


@dataclass(frozen=True)
class Ground:
    """What a child has loaded or made once: the data, its splits, a scorer."""

    arrays: Arrays
    splits: tuple[Split, ...]
    scorer: Scorer

    @classmethod
    def load(cls, folder: Path, setting: Setting) -> Ground:
        """Map the data set and make its splits.

        Raises:
            InvalidError: it can't be split.
        """
        arrays = map_arrays(folder)
        splits = make_splits(
            setting.evaluation, digest=setting.digest, task=setting.task, target=arrays.target
        )
        return cls(arrays, splits, Scorer(setting.metrics, setting.primary))


def run_trial(job: Job, setting: Setting, ground: Ground) -> Report:
    """Run a trial to its end, whatever its user code raises."""
    started, since, cpu_since = datetime.now(UTC), time.perf_counter(), time.process_time()
    reset_peak()
    try:
        estimator = load_class(setting.models[job.model].estimator, setting.modules)
        splits = tuple(
            _run_split(job, setting, ground, estimator, number)
            for number in range(len(ground.splits))
        )
    except BaseException as error:  # noqa: BLE001 user code may raise anything, SystemExit too
        return Report(
            position=job.position,
            state=OutcomeState.FAILED,
            cause=cause_of(error),
            message=message_of(error),
            seconds=time.perf_counter() - since,
            cpu_seconds=time.process_time() - cpu_since,
            peak_memory_mb=peak_mb(),
            started=started,
            finished=datetime.now(UTC),
        )
    return Report(
        position=job.position,
        state=OutcomeState.SUCCEEDED,
        splits=splits,
        seconds=sum(split.seconds for split in splits),
        cpu_seconds=sum(split.cpu_seconds for split in splits),
        peak_memory_mb=max(split.peak_memory_mb for split in splits),
        started=started,
        finished=datetime.now(UTC),
    )


def _run_split(
    job: Job, setting: Setting, ground: Ground, estimator: type, number: int
) -> SplitResult:
    """Preprocess, fit on the inner training part, score all three parts; no refit."""
    split = ground.splits[number]
    preprocess = setting.models[job.model].preprocess
    reset_peak()
    cpu_since, begun = time.process_time(), time.perf_counter()
    target = parts_of(ground.arrays.target, split)
    inputs = features(ground.arrays, split, preprocess)
    preprocessed = time.perf_counter()
    model = with_target(_seeded(job, setting, estimator, number), preprocess, setting.task)
    model.fit(inputs.train, target.train)
    fitted = time.perf_counter()
    scores, reasons = ground.scorer.score(model, inputs, target)
    return SplitResult(
        repeat=split.repeat,
        fold=split.fold,
        scores=scores,
        reasons=reasons,
        preprocess_seconds=preprocessed - begun,
        fit_seconds=fitted - preprocessed,
        score_seconds=time.perf_counter() - fitted,
        cpu_seconds=time.process_time() - cpu_since,
        peak_memory_mb=peak_mb(),
    )


def _seeded(job: Job, setting: Setting, estimator: type, number: int) -> Any:
    """Return the estimator with its random state for a split.

    The global generators are set too: what draws from them must not depend on which trials this
    child ran before.
    """
    seed = derived_seed(setting.seed, "random_state", job.model, setting.dataset, job.index, number)
    random.seed(seed)
    np.random.seed(seed)
    parameters = job.parameters
    if "random_state" not in parameters and takes_random_state(estimator):
        parameters = {**parameters, "random_state": seed}
    return build_estimator(estimator, parameters)
