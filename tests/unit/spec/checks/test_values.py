from __future__ import annotations

import pytest

from support.documents import POINTS, assert_told, broken, broken_parameter


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken(
            "params",
            "sklearn:iris",
            "{source: synthetic, id: make_blobs, params: {↓centers: {a: 1}}}",
            "a value cannot be a mapping; write null, true or false, a number",
        ),
        broken("point-value", POINTS, "points: [{a: [1, ↓{b: 1}]}]", "a value cannot be a mapping"),
        broken_parameter(
            "constant-value",
            "distribution: constant, ↓value: {a: 1}",
            "a value cannot be a mapping",
        ),
        broken_parameter(
            "categorical-value",
            "distribution: categorical, values: [↓{a: 1}]",
            "cannot be a mapping",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
