"""Searches: a pair is searched several times, and its trials take turns among the searches.

Trial i belongs to search i % searches and is its point i // searches, so raising `runsPerPair`
keeps every trial, and searches are equally far at all times. Used wherever points are drawn,
compared or selected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from crosstrial.domain.seeds import derived_seed

T = TypeVar("T")


class Place(NamedTuple):
    """Where a trial stands: point `position` of the pair's search `search`, both from 0."""

    search: int
    position: int

    def seed(self, seed: int) -> int:
        """Return the seed of the search; the first has the document's own."""
        return derived_seed(seed, "search", self.search) if self.search else seed


def place_of(index: int, searches: int) -> Place:
    """Return where trial `index` of a pair stands."""
    position, search = divmod(index, searches)
    return Place(search, position)


def index_of(place: Place, searches: int) -> int:
    """Return the index of the trial that stands there."""
    return place.position * searches + place.search


def of_search(known: Mapping[int, T], search: int, searches: int) -> dict[int, T]:
    """Return what is known of the trials of one search, by their positions."""
    return {
        index // searches: value for index, value in known.items() if index % searches == search
    }
