from __future__ import annotations

import pytest

from crosstrial.spec.load import parse_document
from support.documents import DOCUMENT, IRIS, RUNS, broken_spec, changed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec(
            "stratified-time",
            "evaluation: {outer: {kind: time, folds: 2}, stratify: ↓true}",
            "time alone decides",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    timed = DOCUMENT.replace("sklearn:iris", "{source: sklearn, id: iris, time: x}")
    text, place = timed.replace(old, new).split("↓")
    with pytest.raises(Exception, match=words) as caught:
        parse_document(text + place, "e.yaml")
    assert str(caught.value).startswith(f"e.yaml:{text.count(chr(10)) + 1}:")


@pytest.mark.parametrize(
    ("outer", "item", "words"),
    [
        ("kind: groups, folds: 2", "↓sklearn:iris", "iris has no `group`, the column that"),
        ("kind: time, folds: 2", "↓sklearn:iris", "iris has no `time`, the column that"),
        ("kind: time, folds: 2", "↓openml-suite:334", "openml-suite-334 has no `time`"),
        ("kind: openml", "↓openml:61", "openml-61 is no task of OpenML"),
    ],
)
def test_a_data_set_that_lacks_what_is_split_by_is_told(outer: str, item: str, words: str) -> None:
    evaluation = f"{RUNS}\n  evaluation: {{outer: {{{outer}}}}}"
    new = changed(RUNS, evaluation)
    marked = new.replace(IRIS, f"[{item}]")
    text, place = marked.split("↓")
    with pytest.raises(Exception, match=words) as caught:
        parse_document(text + place, "e.yaml")
    column = len(text.rpartition(chr(10))[2]) + 1
    assert str(caught.value).startswith(f"e.yaml:{text.count(chr(10)) + 1}:{column}: ")
    assert "choose another protocol" in str(caught.value)


@pytest.mark.parametrize(
    ("outer", "item"),
    [
        ("kind: groups, folds: 2", "{source: sklearn, id: iris, group: x}"),
        ("kind: time, folds: 1", "{source: openml, id: 61, time: x}"),
        ("kind: openml", "openml-task:59"),
        ("kind: openml", "openml-suite:334"),
    ],
)
def test_what_names_it_is_accepted(outer: str, item: str) -> None:
    evaluation = f"{RUNS}\n  evaluation: {{outer: {{{outer}}}}}"
    parse_document(changed(RUNS, evaluation).replace(IRIS, f"[{item}]"), "e.yaml")
