"""Learning curves of the chosen configurations, for models that are trained by epochs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from crosstrial.analysis.chosen import Chosen
from crosstrial.analysis.scores import PARTS, Part
from crosstrial.domain.curve import Curve, unpacked

MOST_POINTS = 60


@dataclass(frozen=True)
class LearningCurve:
    """A model's mean normalised scores after each of `epochs`, over data sets; not clipped.

    With several searches it is the mean over what each has chosen, too. A curve that ends earlier
    keeps its last value; a score that could not be computed is the last one that could, None
    before the first.
    """

    model: str
    datasets: tuple[str, ...]
    epochs: tuple[int, ...]
    train: tuple[float | None, ...]
    validation: tuple[float | None, ...]
    test: tuple[float | None, ...]


def learning_curves(chosen: Sequence[Chosen]) -> tuple[LearningCurve, ...]:
    """Return the curve of each model that has any; it is of data sets whose every split has one."""
    trained = [one for one in chosen if _curves(one)]
    models = dict.fromkeys(one.model for one in trained)
    return tuple(_of_model(model, [o for o in trained if o.model == model]) for model in models)


def _curves(chosen: Chosen) -> list[Curve]:
    """Return the curve of every split; none where a split lacks one."""
    curves = [split.curve for split in chosen.outcome.splits if split.curve is not None]
    return curves if len(curves) == len(chosen.outcome.splits) else []


def _of_model(model: str, chosen: Sequence[Chosen]) -> LearningCurve:
    every = sorted({epoch for one in chosen for curve in _curves(one) for epoch in curve.epochs})
    step = -(-len(every) // MOST_POINTS)
    epochs = tuple(dict.fromkeys((*every[::step], every[-1])))
    train, validation, test = (_means(chosen, part, epochs) for part in PARTS)
    datasets = tuple(dict.fromkeys(one.dataset for one in chosen))
    return LearningCurve(model, datasets, epochs, train, validation, test)


def _means(chosen: Sequence[Chosen], part: Part, epochs: Sequence[int]) -> tuple[float | None, ...]:
    """Return the mean over data sets and searches of that over splits, where all have a score."""
    columns = [_shares(one, part, epochs) for one in chosen]
    return tuple(_mean(row) for row in zip(*columns, strict=True))


def _shares(chosen: Chosen, part: Part, epochs: Sequence[int]) -> list[float | None]:
    splits = [_held(curve, part, chosen.metric, epochs) for curve in _curves(chosen)]
    means = (_mean(row) for row in zip(*splits, strict=True))
    return [None if mean is None else chosen.share(mean) for mean in means]


def _held(curve: Curve, part: Part, metric: str, epochs: Sequence[int]) -> list[float | None]:
    """Return a split's score at each epoch: the last one that was known until then."""
    scores: dict[str, str] = getattr(curve, part)
    if metric not in scores:
        return [None] * len(epochs)
    pairs = zip(curve.epochs, unpacked(scores[metric]), strict=True)
    known = [(epoch, value) for epoch, value in pairs if value is not None]
    at = [epoch for epoch, _ in known]
    return [known[n - 1][1] if (n := bisect_right(at, epoch)) else None for epoch in epochs]


def _mean(values: Sequence[float | None]) -> float | None:
    present = [value for value in values if value is not None]
    return fmean(present) if present and len(present) == len(values) else None
