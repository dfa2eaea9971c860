"""What a program predicts, in the place of an estimator that is asked by a scorer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from crosstrial_trial.contract import Line
from crosstrial_trial.pipeline import Parts
from crosstrial_trial.program import ProgramError
from crosstrial_trial.scoring import PARTS


def stand_in(line: Line, target: Parts) -> Any:
    """Return an estimator that predicts for the name of a part what the line says.

    Raises:
        ProgramError: it is not a prediction for each row, or one of no class.
    """
    predictions = {
        part: _predictions(line, part, values) for part, values in zip(PARTS, target, strict=True)
    }
    if not _is_classification(target):
        return _Regressor(predictions)
    classes = np.unique(np.concatenate(target))
    for part, predicted in predictions.items():
        unknown = np.setdiff1d(predicted, classes)
        if len(unknown):
            raise ProgramError(f"{_at(line, part)}: {unknown[0]:g} is no code of a class")
    codes = {part: predicted.astype(np.int64) for part, predicted in predictions.items()}
    if line.probabilities is None:
        return _Classifier(codes, classes)
    probabilities = {
        part: _probabilities(line, part, (len(values), len(classes)))
        for part, values in zip(PARTS, target, strict=True)
    }
    return _ProbabilisticClassifier(codes, classes, probabilities)


def _is_classification(target: Parts) -> bool:
    return bool(np.issubdtype(target.train.dtype, np.integer))


def _predictions(line: Line, part: str, target: NDArray[Any]) -> NDArray[np.float64]:
    predicted = np.array(getattr(line.predictions, part), np.float64)
    if len(predicted) != len(target):
        raise ProgramError(
            f"{_at(line, part)}: {len(predicted)} predictions for {len(target)} rows"
        )
    return predicted


def _probabilities(line: Line, part: str, shape: tuple[int, int]) -> NDArray[np.float64]:
    rows = getattr(line.probabilities, part)
    if len(rows) != shape[0] or any(len(row) != shape[1] for row in rows):
        raise ProgramError(
            f"{_at(line, part)}: probabilities must be {shape[0]} lists of {shape[1]}"
        )
    return np.array(rows, np.float64).reshape(shape)


def _at(line: Line, part: str) -> str:
    return f"the line for split {line.split}, {part}"


class _Predicting(BaseEstimator):  # type: ignore[misc]
    def __init__(self, predictions: dict[str, NDArray[Any]]) -> None:
        self.predictions = predictions

    def fit(self, features: Any, target: Any) -> Any:
        """Be an estimator in the eyes of a scorer."""
        raise NotImplementedError("it is fitted already")

    def predict(self, part: str) -> NDArray[Any]:
        return self.predictions[part]


class _Regressor(RegressorMixin, _Predicting):  # type: ignore[misc]
    pass


class _Classifier(ClassifierMixin, _Predicting):  # type: ignore[misc]
    def __init__(self, predictions: dict[str, NDArray[Any]], classes: NDArray[Any]) -> None:
        super().__init__(predictions)
        self.classes = classes
        self.classes_ = classes


class _ProbabilisticClassifier(_Classifier):
    def __init__(
        self,
        predictions: dict[str, NDArray[Any]],
        classes: NDArray[Any],
        probabilities: dict[str, NDArray[np.float64]],
    ) -> None:
        super().__init__(predictions, classes)
        self.probabilities = probabilities

    def predict_proba(self, part: str) -> NDArray[np.float64]:
        return self.probabilities[part]
