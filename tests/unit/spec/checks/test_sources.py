from __future__ import annotations

import pytest

from support.documents import assert_told, broken


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken(
            "members",
            "[sklearn:iris]",
            "\n      - source: openml-suite\n        id: 334\n        ↓members: [{name: a, source:"
            " openml-task, id: 59}]",
            "members: is looked up when the experiment is submitted",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
