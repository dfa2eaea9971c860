from __future__ import annotations

import pytest
from pydantic import ValidationError

from crosstrial.domain.curve import Curve, packed, scored_epochs, unpacked


def test_numbers_come_back_as_32_bit_floats() -> None:
    text = packed([0.5, None, -1.25, 1 / 3])
    assert unpacked(text)[:3] == (0.5, None, -1.25)
    assert unpacked(text)[3] == pytest.approx(1 / 3, rel=1e-7)
    assert len(text) <= 6 * 4


def test_a_score_too_large_for_them_stays_a_number() -> None:
    assert unpacked(packed([-1e300])) == (pytest.approx(-3.4e38, rel=0.01),)


@pytest.mark.parametrize(
    ("every", "last", "epochs"),
    [(1, 3, (1, 2, 3)), (2, 6, (2, 4, 6)), (4, 10, (4, 8, 10)), (5, 3, (3,))],
)
def test_every_nth_epoch_and_the_last_are_scored(
    every: int, last: int, epochs: tuple[int, ...]
) -> None:
    assert scored_epochs(every, last) == epochs


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("###", "not Base64", id="no text of ours"),
        pytest.param("AAAA", "no whole number", id="three bytes"),
        pytest.param(packed([1.0]), "not of 2 epochs", id="too few"),
        pytest.param(packed([1.0, 1.0, 1.0]), "not of 2 epochs", id="too many"),
    ],
)
def test_a_column_that_is_none_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Curve(every=1, last=2, train={}, validation={"accuracy": text}, test={})
