"""Train an estimator epoch by epoch: `partial_fit`, warm starts, or the stages of one fit.

Neighbours: `spec.epoch_ways` says which way a class goes, `training` scores what comes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar, cast

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.preprocessing import StandardScaler
from sklearn.utils.metaestimators import available_if

from crosstrial.spec.document import Preprocess
from crosstrial.spec.epoch_ways import WARM_START, Way
from crosstrial.spec.node import Task, Value
from crosstrial_trial.pipeline import Parts

# An epoch, counted from 1, and the estimator as it is then.
Epochs: TypeAlias = Iterator[tuple[int, Any]]
Method = TypeVar("Method", bound=Callable[..., Any])


def epoch_parameters(way: Way, count: int) -> dict[str, Value]:
    """Return what the constructor must be told so that the estimator can go that way."""
    match way.by:
        case "partial_fit":
            return {}
        case "warm_start":
            return {WARM_START: True}
        case "staged":
            return {str(way.parameter): count}


def trained(
    way: Way, estimator: Any, inputs: Parts, target: Any, epochs: Sequence[int], task: Task
) -> Epochs:
    """Yield the estimator after each of some epochs.

    Args:
        way: how it is trained on.
        estimator: made with `epoch_parameters`.
        inputs: features of all parts; only the training part is learned from.
        target: of the training part.
        epochs: those that are asked for, ascending.
        task: of the data set.
    """
    match way.by:
        case "partial_fit":
            classes = {"classes": np.unique(target)} if task == "classification" else {}
            yield from _partial_fits(estimator, inputs.train, target, epochs, classes)
        case "warm_start":
            yield from _warm_starts(way, estimator, inputs.train, target, epochs)
        case "staged":
            yield from _stages(estimator.fit(inputs.train, target), inputs, epochs)


def _partial_fits(
    estimator: Any, features: Any, target: Any, epochs: Sequence[int], first: Mapping[str, Any]
) -> Epochs:
    done = 0
    for epoch in epochs:
        for _ in range(epoch - done):
            estimator.partial_fit(features, target, **first)
            first = {}
        done = epoch
        yield epoch, estimator


def _warm_starts(
    way: Way, estimator: Any, features: Any, target: Any, epochs: Sequence[int]
) -> Epochs:
    done = 0
    for epoch in epochs:
        estimator.set_params(**{str(way.parameter): epoch if way.total else epoch - done})
        estimator.fit(features, target)
        done = epoch
        yield epoch, estimator


def _stages(fitted: Any, inputs: Parts, epochs: Sequence[int]) -> Epochs:
    """Yield the stages that are asked for; an estimator may have ended early: its last one too."""
    wanted = set(epochs)
    stages = _Stages(fitted, inputs)
    stage = 0
    for stage, _ in enumerate(fitted.staged_predict(inputs.validation), start=1):
        if stage in wanted:
            stages.stage = stage
            yield stage, stages
    if stage and stage not in wanted:
        stages.stage = stage
        yield stage, stages


def _where_staged(method: Method) -> Method:
    """Have a method only where the fitted estimator has it by stages: scorers look for it."""
    staged = f"staged_{method.__name__}"
    return cast("Method", available_if(lambda stages: hasattr(stages.fitted, staged))(method))


class _Stages(BaseEstimator):  # type: ignore[misc]
    """A fitted estimator as it was at a stage; each stage is predicted once, in order."""

    def __init__(self, fitted: Any, inputs: Parts) -> None:
        self.fitted = fitted
        self.stage = 0
        self._inputs = inputs
        self._streams: dict[tuple[str, int], _Stream] = {}

    @property
    def classes_(self) -> Any:
        return self.fitted.classes_

    def __sklearn_tags__(self) -> Any:
        return self.fitted.__sklearn_tags__()

    def fit(self, features: Any, target: Any) -> Any:
        """Be there: scorers look for it."""
        raise NotImplementedError("it is fitted already")

    @_where_staged
    def predict(self, features: Any) -> Any:
        return self._at("predict", features)

    @_where_staged
    def predict_proba(self, features: Any) -> Any:
        return self._at("predict_proba", features)

    @_where_staged
    def decision_function(self, features: Any) -> Any:
        return self._at("decision_function", features)

    def _at(self, method: str, features: Any) -> Any:
        part = next(place for place, known in enumerate(self._inputs) if known is features)
        if (method, part) not in self._streams:
            predictions = getattr(self.fitted, f"staged_{method}")(features)
            self._streams[method, part] = _Stream(predictions)
        return self._streams[method, part].at(self.stage)


class _Stream:
    """Predictions stage by stage."""

    def __init__(self, predictions: Iterator[Any]) -> None:
        self._predictions = predictions
        self._stage = 0
        self._last: Any = None

    def at(self, stage: int) -> Any:
        while self._stage < stage:
            # The caller may keep what it is given, and the stream may write over it.
            self._last = np.array(next(self._predictions))
            self._stage += 1
        return self._last


class _ScaledTarget(BaseEstimator):  # type: ignore[misc]
    """A regressor that was trained on a scaled target; it predicts unscaled values."""

    def __init__(self, regressor: Any, scaler: StandardScaler) -> None:
        self.regressor = regressor
        self.scaler = scaler

    def __sklearn_tags__(self) -> Any:
        return self.regressor.__sklearn_tags__()

    def fit(self, features: Any, target: Any) -> Any:
        """Be there: scorers look for it."""
        raise NotImplementedError("it is fitted already")

    def predict(self, features: Any) -> Any:
        scaled = np.asarray(self.regressor.predict(features)).reshape(-1, 1)
        return self.scaler.inverse_transform(scaled).ravel()


def scaled_epochs(
    target: Any, preprocess: Preprocess, task: Task, train: Callable[[Any], Epochs]
) -> Epochs:
    """Yield from `train`, on a scaled target where that is asked for and makes sense."""
    if task != "regression" or preprocess.target != "standard":
        yield from train(target)
        return
    scaler = StandardScaler().fit(target.reshape(-1, 1))
    scaled = scaler.transform(target.reshape(-1, 1)).ravel()
    for epoch, estimator in train(scaled):
        yield epoch, _ScaledTarget(estimator, scaler)
