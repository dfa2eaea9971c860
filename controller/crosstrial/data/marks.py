"""What splits are made by beside the target: whole numbers, a row each, that no model sees.

Part of a `table`, and so of its digest; `splits` reads them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

MarkKind: TypeAlias = Literal["group", "time", "fold"]
Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True)
class Mark:
    """One mark of all rows.

    `group`: a number for each group. `time`: the position of the row's moment among all moments.
    `fold`: in which recorded fold the row is tested, -1 for none; a mark for each repeat.
    """

    kind: MarkKind
    name: str


@dataclass(frozen=True, eq=False)
class Marks:
    """The marks of a data set; `values` has a row each and a column a mark."""

    kinds: tuple[MarkKind, ...] = ()
    values: Numbers = field(default_factory=lambda: np.empty((0, 0), np.int64))

    def of(self, kind: MarkKind) -> Numbers:
        """Return the marks of a kind, rows x how many there are."""
        return self.values[:, [one == kind for one in self.kinds]]


def stacked(columns: Sequence[Numbers], rows: int) -> Numbers:
    """Return columns, perhaps none, side by side."""
    return np.column_stack(columns) if columns else np.empty((rows, 0), np.int64)
