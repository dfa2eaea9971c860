from __future__ import annotations

import pytest

from support.documents import assert_told, broken_spec


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec("searches", "↓searches: 3", "searches: is not available yet"),
    ],
)
def test_what_is_not_built_yet_is_refused_by_its_name(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
