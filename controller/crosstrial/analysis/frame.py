"""Results as a frame: a row a counted trial, split or epoch, failures and baselines included.

Columns are those of the document, whatever was drawn; `columns` types them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from crosstrial.analysis.columns import typed
from crosstrial.analysis.scores import PARTS, Part, reached_score, split_score
from crosstrial.domain.curve import Curve, unpacked
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome, OutcomeState, SplitResult
from crosstrial.domain.search import place_of
from crosstrial.spec.document import BASELINE, Experiment
from crosstrial.spec.node import TASKS, Task, Value

Row: TypeAlias = dict[str, Any]
By: TypeAlias = Literal["trial", "split", "epoch"]

IDENTITY = ("trial", "experiment", "model", "dataset", "task", "index")
SEARCH = ("search",)
SPLIT = ("repeat", "fold")
EPOCH = ("epoch", "reported")
STATE = ("state", "cause")
COSTS = ("preprocess_seconds", "fit_seconds", "score_seconds", "cpu_seconds", "peak_memory_mb")
ATTEMPT = ("attempt", "started", "finished")


def trials_frame(
    experiment: ExperimentRecord, counted: Iterable[Outcome], *, by: By = "trial"
) -> pd.DataFrame:
    """Return counted outcomes as rows, sorted by data set, model and index as in the document.

    Args:
        experiment: the record that the outcomes belong to.
        counted: outcomes that count, in any order.
        by: what a row is. By split it has `repeat` and `fold`, by epoch also `epoch` and
            `reported`: whether its scores are those of the split. A failed trial has one row.

    A row a trial has the mean of each metric over the splits (missing unless every split has
    it), the sum of each duration in seconds, and peak memory in MiB. A failed trial has no
    metrics, a pruned one those that it reached. A parameter is missing where it is not active,
    and where its value is null. Costs are not known by epoch. Where pairs are searched more than
    once, `search` tells which search a trial belongs to, from 0.
    """
    document = experiment.latest.document
    tasks = {dataset.name: dataset.task for dataset in experiment.latest.datasets}
    searches = document.spec.searches
    rows: Iterator[Row] = (
        _head(experiment, outcome, tasks[outcome.dataset], searches) | part
        for outcome in counted
        for part in ROWS[by](outcome)
    )
    frame = typed(rows, frame_columns(document, by=by))
    return frame.take(_document_order(frame, document)).reset_index(drop=True)


def frame_columns(document: Experiment, *, by: By) -> list[str]:
    """Return the columns' names, in order: the same for every state of an experiment."""
    metrics = [f"metric.{part}.{name}" for part in PARTS for name in metric_names(document)]
    parameters = [f"param.{name}" for name in parameter_names(document)]
    place = {"trial": (), "split": SPLIT, "epoch": (*SPLIT, *EPOCH)}[by]
    costs = () if by == "epoch" else COSTS
    search = SEARCH if document.spec.searches > 1 else ()
    return [*IDENTITY, *search, *place, *STATE, *parameters, *metrics, *costs, *ATTEMPT]


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


def _document_order(frame: pd.DataFrame, document: Experiment) -> npt.NDArray[np.intp]:
    """Return the order of rows: data set, model (the baseline first), index; else as they are."""
    datasets = {name: place for place, name in enumerate(document.data_sets())}
    models = {name: place for place, name in enumerate((BASELINE, *document.models()))}
    return np.lexsort((frame["index"], frame["model"].map(models), frame["dataset"].map(datasets)))


def _head(experiment: ExperimentRecord, outcome: Outcome, task: Task, searches: int) -> Row:
    search = {"search": place_of(outcome.index, searches).search} if searches > 1 else {}
    return {
        "trial": outcome.trial.id(outcome.uid),
        "experiment": experiment.name,
        "model": outcome.model,
        "dataset": outcome.dataset,
        "task": task,
        "index": outcome.index,
        **search,
        "state": outcome.state.value,
        "cause": None if outcome.cause is None else outcome.cause.value,
        "attempt": outcome.attempt,
        "started": outcome.started,
        "finished": outcome.finished,
        **{f"param.{name}": value for name, value in outcome.parameters.items()},
    }


def _trial_row(outcome: Outcome) -> list[Row]:
    row = _trial_costs(outcome)
    for column, part, name in _metric_columns(tuple(_metrics_of(outcome.splits))):
        row[column] = reached_score(outcome, part, name)
    return [row]


@lru_cache(maxsize=64)  # nearly all trials have the same metrics
def _metric_columns(names: tuple[str, ...]) -> tuple[tuple[str, Part, str], ...]:
    """Return each metric's column, part and name."""
    return tuple((f"metric.{part}.{name}", part, name) for part in PARTS for name in names)


def _trial_costs(outcome: Outcome) -> Row:
    row: Row = {"cpu_seconds": outcome.cpu_seconds, "peak_memory_mb": outcome.peak_memory_mb}
    splits = outcome.splits
    if splits:  # a trial that failed before its first split ended has no durations of steps
        row["preprocess_seconds"] = sum([split.preprocess_seconds for split in splits])
        row["fit_seconds"] = sum([split.fit_seconds for split in splits])
        row["score_seconds"] = sum([split.score_seconds for split in splits])
    return row


def _split_rows(outcome: Outcome) -> list[Row]:
    if outcome.state is OutcomeState.FAILED:
        return [_trial_costs(outcome)]
    return [_split_row(split) for split in outcome.splits]


def _split_row(split: SplitResult) -> Row:
    metrics: dict[str, Value] = {
        column: split_score(split, part, name)
        for column, part, name in _metric_columns(tuple(_metrics_of([split])))
    }
    costs = {name: getattr(split, name) for name in COSTS}
    return {"repeat": split.repeat, "fold": split.fold, **metrics, **costs}


def _epoch_rows(outcome: Outcome) -> list[Row]:
    if outcome.state is OutcomeState.FAILED:
        return [{}]
    return [row for split in outcome.splits for row in _epochs_of(split)]


def _epochs_of(split: SplitResult) -> list[Row]:
    """Return a row an epoch; one without, where the model is not trained by epochs."""
    if split.curve is None:
        return [{**_split_row(split), "reported": True}]
    columns = _curve_columns(split.curve)
    return [
        {
            "repeat": split.repeat,
            "fold": split.fold,
            "epoch": epoch,
            "reported": epoch == split.epoch,
            **{name: values[place] for name, values in columns.items()},
        }
        for place, epoch in enumerate(split.curve.epochs)
    ]


def _curve_columns(curve: Curve) -> dict[str, tuple[float | None, ...]]:
    return {
        f"metric.{part}.{name}": unpacked(text)
        for part in PARTS
        for name, text in getattr(curve, part).items()
    }


def _metrics_of(splits: Iterable[SplitResult]) -> dict[str, None]:
    return dict.fromkeys(name for split in splits for name in split.scores.test)


ROWS: Mapping[By, Callable[[Outcome], list[Row]]] = {
    "trial": _trial_row,
    "split": _split_rows,
    "epoch": _epoch_rows,
}
