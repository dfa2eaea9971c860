from __future__ import annotations

import pytest

from support.documents import assert_told, broken_spec

METRICS = "evaluation: {metrics: {classification: "


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec(
            "metric",
            METRICS + "[↓acuracy]}}",
            "'acuracy' is no metric of scikit-learn; did you mean",
        ),
        broken_spec(
            "other-task", METRICS + "[accuracy, ↓r2]}}", "r2 is not for classification; choose one"
        ),
        broken_spec(
            "clustering", METRICS + "[accuracy, ↓rand_score]}}", "compares clusterings, not classes"
        ),
        broken_spec(
            "multilabel", METRICS + "[accuracy, ↓f1_samples]}}", "is for several labels a row"
        ),
        broken_spec(
            "too-new", METRICS + "[accuracy, ↓d2_brier_score]}}", "not known to scikit-learn before"
        ),
        broken_spec(
            "metric-twice", METRICS + "[accuracy, ↓accuracy]}}", "accuracy stands here already"
        ),
        broken_spec(
            "no-metric", "evaluation: {metrics: {↓regression: []}}", "is empty; name a metric"
        ),
        broken_spec(
            "primary",
            "evaluation: {primary: {classification: ↓accuracy}}",
            "accuracy is not among the metrics of classification; choose one of balanced",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
