from __future__ import annotations

import pytest

from support.documents import assert_told, broken


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken("no-class", "model: sklearn.svm.SVC", "↓model: {}", "names no class; write such as"),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
