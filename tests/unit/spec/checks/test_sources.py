from __future__ import annotations

import pytest

from support.documents import assert_told, broken


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken(
            "https",
            "sklearn:iris",
            "{name: a, source: csv, uri: ↓https://example.org/a.csv, target: b}",
            "https addresses are not available yet; download the file",
        ),
        broken(
            "s3",
            "sklearn:iris",
            "{name: a, source: csv, uri: ↓s3://a/b, target: c}",
            "s3 addresses",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
