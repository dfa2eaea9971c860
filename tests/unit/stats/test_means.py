from __future__ import annotations

import pytest

from crosstrial.stats.means import complete_mean


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        pytest.param([], None, id="nothing"),
        pytest.param([0.25], 0.25, id="one"),
        pytest.param([None], None, id="one-that-is-missing"),
        pytest.param([0.2, 0.4, 0.9], 0.5, id="several"),
        pytest.param([0.2, None, 0.9], None, id="one-of-several-is-missing"),
        pytest.param([None, None], None, id="all-are-missing"),
    ],
)
def test_a_mean_is_of_all_values_or_of_none(values: list, mean: float | None) -> None:
    assert complete_mean(values) == (None if mean is None else pytest.approx(mean))
