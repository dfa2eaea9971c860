"""Results as a frame: one row a counted trial, or one a split, failures and baselines included.

Columns are those of the document, whatever was drawn; `columns` types them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

import pandas as pd

from crosstrial.analysis.columns import typed
from crosstrial.analysis.scores import PARTS, mean_score, split_score
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome, OutcomeState, SplitResult
from crosstrial.spec.document import BASELINE, Experiment
from crosstrial.spec.node import TASKS, Task, Value

Row: TypeAlias = dict[str, Any]

IDENTITY = ("trial", "experiment", "model", "dataset", "task", "index")
SPLIT = ("repeat", "fold")
STATE = ("state", "cause")
COSTS = ("preprocess_seconds", "fit_seconds", "score_seconds", "cpu_seconds", "peak_memory_mb")
ATTEMPT = ("attempt", "started", "finished")


def trials_frame(
    experiment: ExperimentRecord, counted: Iterable[Outcome], *, splits: bool = False
) -> pd.DataFrame:
    """Return counted outcomes as rows, sorted by data set, model and index as in the document.

    Args:
        experiment: the record that the outcomes belong to.
        counted: outcomes that count, in any order.
        splits: a row a split, with `repeat` and `fold`; a failed trial has one row without.

    A row a trial has the mean of each metric over the splits (missing unless every split has
    it), the sum of each duration in seconds, and peak memory in MiB. A failed trial has no
    metrics. A parameter is missing where it is not active, and where its value is null.
    """
    tasks = {dataset.name: dataset.task for dataset in experiment.latest.datasets}
    ordered = sorted(counted, key=document_order(experiment.latest.document))
    rows: Iterator[Row] = (
        {**_head(experiment, outcome, tasks[outcome.dataset]), **part}
        for outcome in ordered
        for part in (_split_rows(outcome) if splits else [_trial_row(outcome)])
    )
    columns = frame_columns(experiment.latest.document, splits=splits)
    return typed(list(rows), columns)


def frame_columns(document: Experiment, *, splits: bool) -> list[str]:
    """Return the columns' names, in order: the same for every state of an experiment."""
    metrics = [f"metric.{part}.{name}" for part in PARTS for name in metric_names(document)]
    parameters = [f"param.{name}" for name in parameter_names(document)]
    split = SPLIT if splits else ()
    return [*IDENTITY, *split, *STATE, *parameters, *metrics, *COSTS, *ATTEMPT]


def metric_names(document: Experiment) -> list[str]:
    """Return the metrics of both tasks, once each."""
    metrics = document.spec.evaluation.metrics
    return list(dict.fromkeys(name for task in TASKS for name in getattr(metrics, task)))


def parameter_names(document: Experiment) -> list[str]:
    """Return every parameter of every model's space and points, once each."""
    return list(
        dict.fromkeys(
            name
            for model in document.models().values()
            for names in (model.space, *model.points)
            for name in names
        )
    )


def document_order(document: Experiment) -> Callable[[Outcome], tuple[int, int, int]]:
    """Return the sort key of outcomes: data set, model (the baseline first), index."""
    datasets = {name: place for place, name in enumerate(document.data_sets())}
    models = {name: place for place, name in enumerate((BASELINE, *document.models()))}
    return lambda outcome: (datasets[outcome.dataset], models[outcome.model], outcome.index)


def _head(experiment: ExperimentRecord, outcome: Outcome, task: Task) -> Row:
    return {
        "trial": outcome.trial.id(outcome.uid),
        "experiment": experiment.name,
        "model": outcome.model,
        "dataset": outcome.dataset,
        "task": task,
        "index": outcome.index,
        "state": outcome.state.value,
        "cause": None if outcome.cause is None else outcome.cause.value,
        "attempt": outcome.attempt,
        "started": outcome.started,
        "finished": outcome.finished,
        **{f"param.{name}": value for name, value in outcome.parameters.items()},
    }


def _trial_row(outcome: Outcome) -> Row:
    metrics = {
        f"metric.{part}.{name}": mean_score(outcome, part, name)
        for part in PARTS
        for name in _metrics_of(outcome.splits)
    }
    return {**metrics, **_trial_costs(outcome)}


def _trial_costs(outcome: Outcome) -> Row:
    steps = ("preprocess_seconds", "fit_seconds", "score_seconds")
    sums = {step: sum(getattr(split, step) for split in outcome.splits) for step in steps}
    return {
        # A trial that failed before its first split ended has no durations of steps.
        **(sums if outcome.splits else {}),
        "cpu_seconds": outcome.cpu_seconds,
        "peak_memory_mb": outcome.peak_memory_mb,
    }


def _split_rows(outcome: Outcome) -> list[Row]:
    if outcome.state is not OutcomeState.SUCCEEDED:
        return [_trial_costs(outcome)]
    return [_split_row(split) for split in outcome.splits]


def _split_row(split: SplitResult) -> Row:
    metrics: dict[str, Value] = {
        f"metric.{part}.{name}": split_score(split, part, name)
        for part in PARTS
        for name in _metrics_of([split])
    }
    costs = {name: getattr(split, name) for name in COSTS}
    return {"repeat": split.repeat, "fold": split.fold, **metrics, **costs}


def _metrics_of(splits: Iterable[SplitResult]) -> dict[str, None]:
    return dict.fromkeys(name for split in splits for name in split.scores.test)
