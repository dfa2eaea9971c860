"""Searches: trials take turns, the first search has the document's own seed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosstrial.domain.search import Place, index_of, place_of


def test_trials_take_turns() -> None:
    assert [place_of(index, 3) for index in range(5)] == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)]


@given(st.integers(0, 10**6), st.integers(1, 100))
def test_a_place_names_one_trial(index: int, searches: int) -> None:
    assert index_of(place_of(index, searches), searches) == index


@given(st.integers(0, 2**40))
def test_each_search_has_a_seed_of_its_own_and_the_first_the_documents(seed: int) -> None:
    seeds = [Place(search, 0).seed(seed) for search in range(20)]
    assert seeds[0] == seed
    assert len(set(seeds)) == len(seeds)
