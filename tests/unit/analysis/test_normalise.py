from __future__ import annotations

import pytest

from crosstrial.analysis.normalise import normalised_score


@pytest.mark.parametrize(
    ("score", "baseline", "best", "expected"),
    [
        pytest.param(0.5, 0.5, 0.9, 0.0, id="baseline-is-0"),
        pytest.param(0.9, 0.5, 0.9, 1.0, id="best-is-1"),
        pytest.param(0.7, 0.5, 0.9, 0.5, id="between"),
        pytest.param(0.1, 0.5, 0.9, 0.0, id="clipped-below"),
        pytest.param(1.5, 0.5, 0.9, 1.0, id="clipped-above"),
        pytest.param(-2.0, -4.0, -1.0, 2 / 3, id="negative-scores"),
        pytest.param(0.5, 0.5, 0.5, 0.0, id="nothing-above-the-baseline"),
        pytest.param(0.4, 0.5, 0.45, 0.0, id="all-below-the-baseline"),
    ],
)
def test_normalised_score(score: float, baseline: float, best: float, expected: float):
    assert normalised_score(score, baseline=baseline, best=best) == pytest.approx(expected)
