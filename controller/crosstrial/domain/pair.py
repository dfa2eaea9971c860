"""A pair: one model on one data set; its sums over settled batches and its state."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from crosstrial.domain.record import Record
from crosstrial.spec.document import BASELINE


class Pair(NamedTuple):
    """One model on one data set, by their names."""

    model: str
    dataset: str

    def __str__(self) -> str:
        return f"{self.model}@{self.dataset}"

    @property
    def is_baseline(self) -> bool:
        """Whether this is the dummy that every data set gets, outside all budgets."""
        return self.model == BASELINE


class PairSums(Record):
    """What one settled batch, or all of them, counted for a model on the batch's data set.

    `seconds` sums preprocessing, fit and score over counted outcomes; `next` is the highest
    index handed out + 1.
    """

    model: str
    succeeded: int = 0
    failed: int = 0
    pruned: int = 0
    seconds: float = 0.0
    next: int = 0

    @property
    def counted(self) -> int:
        """Outcomes of any state that count."""
        return self.succeeded + self.failed + self.pruned

    def plus(self, other: PairSums) -> PairSums:
        """Return the sums of both."""
        return PairSums(
            model=self.model,
            succeeded=self.succeeded + other.succeeded,
            failed=self.failed + other.failed,
            pruned=self.pruned + other.pruned,
            seconds=self.seconds + other.seconds,
            next=max(self.next, other.next),
        )


class PairState(StrEnum):
    """Only an open pair is given new trials."""

    OPEN = "open"
    DONE = "done"
    EXHAUSTED = "exhausted"
    OUT_OF_TIME = "out_of_time"
    BLOCKED = "blocked"
