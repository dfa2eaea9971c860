"""Small texts."""

from __future__ import annotations

import pytest

from crosstrial.cli.render.text import folded, printable, score
from crosstrial.client.wording import duration, plural


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "-"),
        (0.04, "0.0 s"),
        (9.96, "10.0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3900, "1 h 5 min"),
        (90000, "1 d 1 h"),
    ],
)
def test_a_duration_is_told_in_two_units(seconds: float | None, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (float("nan"), "-"), (0.5, "0.5000"), (-54.321, "-54.32"), (-12345.6, "-12346")],
)
def test_a_score_has_four_digits(value: float | None, text: str) -> None:
    assert score(value) == text


def test_control_characters_are_spelled_out() -> None:
    assert printable("\x1b[31mred\x07\n\tend") == "\\x1b[31mred\\x07\n\tend"


@pytest.mark.parametrize(("count", "text"), [(0, "0 pairs"), (1, "1 pair"), (2, "2 pairs")])
def test_nouns_agree(count: int, text: str) -> None:
    assert plural(count, "pair") == text


def test_batches_are_batches() -> None:
    assert plural(2, "batch") == "2 batches"


@pytest.mark.parametrize(
    ("name", "text"),
    [("svm", "svm"), ("hist-gradient-boosting", "hist-\ngradient-\nboosting"), ("a-b-c", "a-b-c")],
)
def test_names_fold_at_hyphens(name: str, text: str) -> None:
    assert folded(name, 9) == text
