"""Scores of a fitted estimator: scorer values, greater is better, null with a reason."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sklearn.metrics import check_scoring, get_scorer

from crosstrial.domain.outcome import Scores
from crosstrial_trial.failure import storable
from crosstrial_trial.pipeline import Parts

PARTS = Parts("train", "validation", "test")
REASON_CHARACTERS = 500


class ScoreError(Exception):
    """The primary metric is not a finite number."""


class Scorer:
    """Scores estimators by the metrics of an experiment."""

    def __init__(self, metrics: Sequence[str], primary: str) -> None:
        self._primary = primary
        # The primary one first: what it raises is what the trial fails with.
        self._metrics = [primary, *(name for name in metrics if name != primary)]

    def score(
        self, estimator: Any, features: Parts, target: Parts
    ) -> tuple[Scores, dict[str, str]]:
        """Return the scores of each part, and for each metric with a gap the first reason.

        Raises:
            ScoreError: the primary metric is not finite.
            Exception: whatever is raised while the primary metric is computed.
        """
        scores: dict[str, dict[str, float | None]] = {}
        reasons: dict[str, str] = {}
        for part, part_features, part_target in zip(PARTS, features, target, strict=True):
            values = self._values(estimator, part_features, part_target)
            gaps = {name: why for name, why in values.items() if isinstance(why, str)}
            if self._primary in gaps:
                raise ScoreError(f"{self._primary} on {part}: {gaps[self._primary]}")
            scores[part] = {
                name: None if isinstance(value, str) else value for name, value in values.items()
            }
            for name, why in gaps.items():
                reasons.setdefault(name, f"on {part}: {why}")
        return Scores(**scores), reasons

    def _values(self, estimator: Any, features: Any, target: Any) -> dict[str, float | str]:
        """Return each metric's value, or why there is none."""
        try:
            # One prediction serves all metrics.
            values = check_scoring(estimator, scoring=self._metrics)(estimator, features, target)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 some metric can't be computed: find out which
            return {name: self._one(name, estimator, features, target) for name in self._metrics}
        return {name: _finite(value) for name, value in values.items()}

    def _one(self, name: str, estimator: Any, features: Any, target: Any) -> float | str:
        try:
            return _finite(get_scorer(name)(estimator, features, target))
        except Exception as error:
            if name == self._primary or isinstance(error, MemoryError):
                raise
            return storable(f"{type(error).__name__}: {error}"[:REASON_CHARACTERS])


def _finite(value: Any) -> float | str:
    number = float(value)
    return number if math.isfinite(number) else f"{number} is not a finite number"
