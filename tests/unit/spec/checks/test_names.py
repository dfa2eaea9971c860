from __future__ import annotations

import pytest

from support.documents import IRIS, MODEL, POINTS, P, assert_told, broken, parsed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken(
            "experiment",
            "demo}",
            "↓Demo}",
            "'Demo' is no DNS-1123 label; use at most 63 lower-case",
        ),
        broken("experiment-end", "demo}", "↓demo-}", "is no DNS-1123 label"),
        broken("experiment-long", "demo}", "↓" + "a" * 64 + "}", "at most 63"),
        broken(
            "data-group",
            IRIS,
            IRIS + '\n    ↓"a b": [sklearn:wine]',
            "'a b' is no name; begin with a letter",
        ),
        broken(
            "model-group", "kernels:\n", "↓_k: [{model: a.B}]\n    kernels:\n", "'_k' is no name"
        ),
        broken("model", "name: svm", "name: ↓s/v", "'s/v' is no name"),
        broken("data-set", "sklearn:iris", "↓sklearn:a b", "'a b' is no name"),
        broken(
            "baseline", "name: svm", "name: ↓baseline", "the reference that every data set gets"
        ),
        broken(
            "data-set-twice",
            IRIS,
            "[sklearn:iris, ↓sklearn:iris]",
            "iris is taken by the data set spec.dataGroups.small[0]; give it another name",
        ),
        broken(
            "data-set-in-two-groups",
            IRIS,
            "[sklearn:iris]\n    big: [{name: ↓iris, source: sklearn, id: wine}]",
            "a data set is declared once, in one group",
        ),
        broken(
            "model-twice",
            MODEL,
            "model: a.Svm\n      - name: ↓svm\n        model: a.b.Svm",
            "svm is taken by the model spec.modelGroups.kernels[0]",
        ),
        broken("parameter", P, "↓p-q: 1", "'p-q' is no parameter's name; write the name of an"),
        broken(
            "parameter-of-a-point", POINTS, "points: [{↓a.b: 1}]", "'a.b' is no parameter's name"
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("demo}", "a}", id="name-of-one-letter"),
    ],
)
def test_what_can_work_is_accepted(old: str, new: str) -> None:
    assert parsed(old, new)
