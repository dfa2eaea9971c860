"""Epochs and pruners: curves of a size that can be kept, and something that can be pruned."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import Experiment
from crosstrial.spec.epochs import (
    Epochs,
    HyperbandPruner,
    MedianPruner,
    NoPruner,
    SuccessiveHalvingPruner,
)
from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location
from crosstrial.spec.node import TASKS
from crosstrial.spec.splitting import HoldoutSplit, OpenmlSplit, OuterSplit, TimeSplit

PARTS = 3
# Of the curves of one trial; kept in six bytes each, far below what a document may hold.
MOST_SCORES = 500_000
OPENML_SPLITS = 100  # ten times ten folds are the most that tasks usually have
PRUNER: Location = ("spec", "pruner")


def epoch_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield curves that are too long to keep, and pruners that would never prune."""
    by_place = {
        (*at, "epochs"): model.epochs
        for at, model in experiment.placed_models().items()
        if model.epochs is not None
    }
    for at, epochs in by_place.items():
        yield from _interval(epochs, at)
        yield from _size(epochs, experiment, at)
    yield from _pruner(experiment, list(by_place.values()))


def _interval(epochs: Epochs, at: Location) -> Iterator[InvalidError]:
    if epochs.every is not None and epochs.every > epochs.count:
        yield InvalidError(
            f"every {epochs.every} epochs is less often than once in {epochs.count}",
            f"write at most `every: {epochs.count}`",
            at=(*at, "every"),
        )
    if epochs.by == "partial_fit" and epochs.parameter is not None:
        yield InvalidKeyError(
            "partial_fit counts no epochs by a parameter",
            "leave it out, or write `by: warm_start`",
            at=(*at, "parameter"),
        )


def _size(epochs: Epochs, experiment: Experiment, at: Location) -> Iterator[InvalidError]:
    evaluation = experiment.spec.evaluation
    metrics = max(len(getattr(evaluation.metrics, task)) for task in TASKS)
    splits = _split_count(evaluation.outer)
    each = PARTS * metrics * splits
    points = -(-epochs.count // epochs.interval)
    if points * each > MOST_SCORES:
        fitting = max(1, MOST_SCORES // each)
        yield InvalidError(
            f"asks for {points * each} scores a trial ({points} epochs, three parts, {metrics}"
            f" metrics, {splits} splits); at most {MOST_SCORES} are kept",
            f"write such as {{count: {epochs.count}, every: {-(-epochs.count // fitting)}}}",
            at=at,
        )


def _split_count(outer: OuterSplit) -> int:
    match outer:
        case HoldoutSplit(repeats=repeats):
            return repeats
        case TimeSplit(folds=folds):
            return folds
        case OpenmlSplit():
            return OPENML_SPLITS
        case _:
            return outer.folds * outer.repeats


def _pruner(experiment: Experiment, by_epochs: list[Epochs]) -> Iterator[InvalidError]:
    pruner = experiment.spec.pruner
    if isinstance(pruner, NoPruner):
        return
    if not by_epochs:
        yield InvalidKeyError(
            "there is nothing to prune: no model is trained by epochs",
            "write such as `epochs: 30` in a model's entry, or leave the pruner out",
            at=PRUNER,
        )
        return
    most = max(epochs.count for epochs in by_epochs)
    match pruner:
        case MedianPruner(warmup_epochs=first):
            key = "warmupEpochs"
        case SuccessiveHalvingPruner():
            key = "minResource"
            first = pruner.min_resource * pruner.reduction_factor**pruner.min_early_stopping_rate
        case HyperbandPruner(min_resource=first):
            key = "minResource"
    if first > most:
        yield InvalidError(
            f"nothing would be pruned before epoch {first}, and no model has more than {most}",
            "choose a smaller number, or more epochs",
            at=(*PRUNER, key),
        )
