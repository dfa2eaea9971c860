from __future__ import annotations

import pytest

from support.documents import assert_told, broken, broken_spec


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec(
            "sampler", "sampler: {kind: ↓tpe}", "tpe is not available yet; use {kind: random}"
        ),
        broken_spec(
            "groups",
            "evaluation: {outer: {kind: ↓groups}}",
            "groups is not available yet; use {kind: holdout}",
        ),
        broken_spec("pruner", "↓pruner: {kind: median}", "pruner: is not available yet"),
        broken_spec("searches", "↓searches: 3", "searches: is not available yet"),
        broken("epochs", "points:", "↓epochs: 10\n        points:", "epochs: is not available yet"),
        broken(
            "container",
            "model: sklearn.svm.SVC",
            "model: {↓container: x}",
            "is not available yet; name a Python class",
        ),
        broken(
            "openml",
            "sklearn:iris",
            "↓openml:31",
            "openml is not available yet; save the table as CSV",
        ),
        broken(
            "parquet",
            "sklearn:iris",
            "{source: ↓parquet, name: a, uri: b}",
            "parquet is not available yet",
        ),
    ],
)
def test_what_is_not_built_yet_is_refused_by_its_name(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
