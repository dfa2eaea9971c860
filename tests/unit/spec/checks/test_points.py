from __future__ import annotations

import pytest

from support.documents import POINTS, assert_told, broken, parsed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken(
            "point-without-parent",
            POINTS,
            "points: [{↓degree: 3}]",
            'degree is inactive here: it needs kernel to be "poly", and the point does not say'
            " kernel; give the parent such a value in this point, or leave the parameter out",
        ),
        broken(
            "point-with-other-parent",
            POINTS,
            "points: [{kernel: rbf, ↓degree: 3}]",
            'it needs kernel to be "poly", not "rbf"',
        ),
        broken(
            "point-twice",
            POINTS,
            "points: [{C: 1, p: 1}, ↓{p: 1, C: 1}]",
            "same configuration as po",
        ),
        broken(
            "default-twice", POINTS, "points: [default, ↓{}]", "the same configuration as points[0]"
        ),
        broken(
            "constant-twice", POINTS, "points: [{}, ↓{p: 1}]", "the same configuration as points[0]"
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(
            POINTS, "points: [{kernel: poly, degree: 9, tol: 0.1}]", id="point-out-of-the-space"
        ),
        pytest.param(POINTS, "points: [{p: 2}, {p: 2.0}]", id="point-over-a-constant"),
    ],
)
def test_what_can_work_is_accepted(old: str, new: str) -> None:
    assert parsed(old, new)
