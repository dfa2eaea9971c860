"""Samplers in a document: levels are those of a grid, five unless told; it has one search."""

from __future__ import annotations

import pytest

from crosstrial.spec.identity import differences
from support.documents import RUNS, assert_told, broken_spec, parsed


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken_spec("levels", "sampler: {kind: sobol, levels: ↓3}", "levels are those of a grid"),
        broken_spec("kind", "sampler: {kind: ↓sobel}", "must be"),
        broken_spec("none", "sampler: {kind: grid, levels: ↓0}", "must be"),
        broken_spec("grid", "sampler: {kind: grid}\n  searches: ↓2", "has no chance in it"),
        broken_spec("no-search", "searches: ↓0", "must be at least 1"),
        broken_spec("many-searches", "searches: ↓101", "must be at most 100"),
    ],
)
def test_a_mistake_is_told_with_place_and_remedy(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)


def test_a_grid_has_five_levels_unless_told() -> None:
    assert parsed(RUNS, f"{RUNS}\n  sampler: {{kind: grid}}").spec.sampler.levels == 5
    assert parsed(RUNS, f"{RUNS}\n  sampler: {{kind: tpe}}").spec.sampler.levels is None


def test_another_sampler_is_another_experiment() -> None:
    (found,) = differences(parsed(), parsed(RUNS, f"{RUNS}\n  sampler: {{kind: sobol}}"))
    assert (found.path, found.extends) == ("spec.sampler.kind", False)


def test_another_number_of_searches_is_another_experiment() -> None:
    (found,) = differences(parsed(), parsed(RUNS, f"{RUNS}\n  searches: 3"))
    assert (str(found), found.extends) == ("spec.searches: 1 -> 3", False)


def test_one_search_is_what_a_document_without_the_key_has() -> None:
    assert parsed() == parsed(RUNS, f"{RUNS}\n  searches: 1")
