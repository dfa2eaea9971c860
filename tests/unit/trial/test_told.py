"""Predictions that a program tells are scored as an estimator's are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, log_loss, r2_score

from crosstrial_trial.contract import Line
from crosstrial_trial.pipeline import Parts
from crosstrial_trial.program import ProgramError
from crosstrial_trial.scoring import PARTS, Scorer
from crosstrial_trial.told import stand_in

LABELS = Parts(*(np.array(values) for values in ([0, 1, 2, 1], [2, 0, 1], [0, 1, 2])))
CODES = {"train": [0, 1, 2, 2], "validation": [2, 0, 0], "test": [1, 1, 2]}
EVEN = {part: [[0.2, 0.3, 0.5]] * len(codes) for part, codes in CODES.items()}
NUMBERS = Parts(*(np.array(values) for values in ([1.0, 2.0], [3.0, 5.0], [4.0, 8.0])))


def line(**told: Any) -> Line:
    return Line.model_validate({"split": 0, **told})


def test_classes_and_probabilities_are_scored_by_scikit_learn() -> None:
    scorer = Scorer(["balanced_accuracy", "neg_log_loss"], "balanced_accuracy")
    told = stand_in(line(predictions=CODES, probabilities=EVEN), LABELS)
    scores, reasons = scorer.score(told, PARTS, LABELS)
    assert reasons == {}
    assert scores.test["balanced_accuracy"] == balanced_accuracy_score(LABELS.test, CODES["test"])
    expected = -log_loss(LABELS.test, EVEN["test"], labels=[0, 1, 2])
    assert scores.test["neg_log_loss"] == pytest.approx(expected)


def test_numbers_are_scored_by_scikit_learn() -> None:
    predictions = {part: [value + 0.5 for value in values] for part, values in _numbers().items()}
    scores, _ = Scorer(["r2"], "r2").score(
        stand_in(line(predictions=predictions), NUMBERS), PARTS, NUMBERS
    )
    assert scores.test["r2"] == pytest.approx(r2_score(NUMBERS.test, NUMBERS.test + 0.5))


def _numbers() -> dict[str, list[float]]:
    return dict(zip(PARTS, (values.tolist() for values in NUMBERS), strict=True))


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"predictions": {**CODES, "test": [0, 1]}}, "2 predictions for 3 rows"),
        ({"predictions": {**CODES, "test": [0, 1, 3]}}, "3 is no code of a class"),
        ({"predictions": {**CODES, "test": [0, 1, 0.5]}}, "0.5 is no code of a class"),
        (
            {"predictions": CODES, "probabilities": {**EVEN, "test": [[0.5, 0.5]] * 3}},
            "3 lists of 3",
        ),
    ],
)
def test_what_is_no_prediction_for_each_row_is_refused(told: dict[str, Any], words: str) -> None:
    with pytest.raises(ProgramError, match=words):
        stand_in(line(**told), LABELS)
