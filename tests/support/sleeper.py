"""An estimator that is slow by a known time and otherwise as good as its class prior."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Sleeper(ClassifierMixin, BaseEstimator):
    """Sleeps `seconds` in `fit`; `tag` only tells configurations apart."""

    def __init__(self, seconds: float = 0.1, tag: float = 0.0) -> None:
        self.seconds = seconds
        self.tag = tag

    def fit(self, features: Any, target: Any) -> Sleeper:
        """Remember the most frequent class, slowly."""
        time.sleep(self.seconds)
        self.classes_, counts = np.unique(target, return_counts=True)
        self.majority_ = self.classes_[counts.argmax()]
        return self

    def predict(self, features: Any) -> Any:
        """Return the most frequent class for every row."""
        return np.full(len(features), self.majority_)
