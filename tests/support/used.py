"""What a manifest entry records of the outcomes that its suggestion used, read back."""

from __future__ import annotations

from collections.abc import Iterable


def in_ranges(found: Iterable[tuple[int, int]]) -> list[int]:
    """The indices of ranges, both ends included."""
    return [index for first, last in found for index in range(first, last + 1)]
