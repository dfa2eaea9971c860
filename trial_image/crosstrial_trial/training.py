"""Train on one split and score all three parts: once, or after each epoch."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from crosstrial.domain.curve import Curve, packed, unpacked
from crosstrial.domain.outcome import Scores
from crosstrial_trial.epochs import Epochs
from crosstrial_trial.pipeline import Parts
from crosstrial_trial.scoring import PARTS, Scorer


@dataclass(frozen=True)
class Fitted:
    """What training on a split came to. `pruned`: it was ended before its last epoch."""

    scores: Scores
    reasons: dict[str, str]
    fit_seconds: float
    score_seconds: float
    epoch: int | None = None
    curve: Curve | None = None
    pruned: bool = False


def fit_once(model: Any, inputs: Parts, target: Parts, scorer: Scorer) -> Fitted:
    """Fit on the training part, then score.

    Raises:
        Exception: whatever the estimator or the primary metric raises.
    """
    begun = time.perf_counter()
    model.fit(inputs.train, target.train)
    fitted = time.perf_counter()
    scores, reasons = scorer.score(model, inputs, target)
    return Fitted(scores, reasons, fitted - begun, time.perf_counter() - fitted)


@dataclass(frozen=True)
class ByEpochs:
    """How a model is trained and judged on a split.

    `every`: epochs between two scores. `is_over` is asked after each score: whether to end,
    by the primary validation scores so far (as others see them, to 32 bits).
    """

    epochs: Epochs
    every: int
    primary: str
    is_over: Callable[[Sequence[float]], bool]

    def fit(self, inputs: Parts, target: Parts, scorer: Scorer) -> Fitted:
        """Train and score, epoch by epoch.

        The scores are those of the epoch that is best on the validation part; of equal ones, to
        32 bits, the earliest: what differs by rounding alone does not choose.

        Raises:
            Exception: whatever the estimator or the primary metric raises.
        """
        scored: list[tuple[int, Scores, dict[str, str]]] = []
        values: list[float] = []
        fit_seconds = score_seconds = 0.0
        pruned = False
        begun = time.perf_counter()
        for epoch, model in self.epochs:
            fitted = time.perf_counter()
            scored.append((epoch, *scorer.score(model, inputs, target)))
            fit_seconds += fitted - begun
            score_seconds += time.perf_counter() - fitted
            values += self._seen(scored[-1][1])
            pruned = self.is_over(values)
            if pruned:
                break
            begun = time.perf_counter()  # what asking took is no time of training
        epoch, scores, reasons = scored[values.index(max(values))]
        curve = _curve(self.every, scored[-1][0], [one[1] for one in scored])
        return Fitted(scores, reasons, fit_seconds, score_seconds, epoch, curve, pruned)

    def _seen(self, scores: Scores) -> list[float]:
        value = scores.validation[self.primary]
        assert value is not None, "the scorer refuses a primary score that is none"
        return [value for value in unpacked(packed([value])) if value is not None]


def _curve(every: int, last: int, scored: Sequence[Scores]) -> Curve:
    parts = {
        part: {
            metric: packed([getattr(scores, part)[metric] for scores in scored])
            for metric in getattr(scored[0], part)
        }
        for part in PARTS
    }
    return Curve(every=every, last=last, **parts)
