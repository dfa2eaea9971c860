from __future__ import annotations

import pytest

from support.documents import IRIS, assert_told, broken, parsed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken(
            "empty-data-group", IRIS, IRIS + "\n    ↓none: []", "is empty; put a data set into it"
        ),
        broken(
            "empty-model-group", "kernels:\n", "↓none: []\n    kernels:\n", "put a model into it"
        ),
        broken(
            "no-pairs",
            "applications: {small: [kernels]}",
            "↓applications: {}",
            "is empty; name a group",
        ),
        broken(
            "empty-application", "{small: [", "{↓small: []} # [", "is empty; apply a model group"
        ),
        broken(
            "data-group-unknown",
            "{small: [k",
            "{↓smal: [k",
            "no data group smal; did you mean small?",
        ),
        broken(
            "model-group-unknown",
            "[kernels]",
            "[↓kernel]",
            "no model group kernel; did you mean kern",
        ),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("[kernels]", "[kernels, kernels]", id="a-pair-reached-twice"),
    ],
)
def test_what_can_work_is_accepted(old: str, new: str) -> None:
    assert parsed(old, new)
