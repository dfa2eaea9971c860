"""Whether a trial comes to the same when it is run again: data, splits, versions, then scores.

Neighbours: `rerun` runs it on this machine, `rerun_on_cluster` as a Job.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeAlias

from crosstrial.analysis.scores import PARTS, Part
from crosstrial.domain.batch import Batch, StartRecord
from crosstrial.domain.curve import unpacked
from crosstrial.domain.outcome import Outcome, OutcomeState, SplitResult
from crosstrial.domain.replay import Replayed
from crosstrial.spec.errors import CrosstrialError, InvalidError
from crosstrial.store.protocol import Store

SHOWN_LINES = 12


@dataclass(frozen=True)
class Rerun:
    """A trial to run again: its place in the batch that wrote its outcome, and the image."""

    batch: Batch
    position: int
    image: str


# Repeat, fold, epoch, part and metric of a score.
Place: TypeAlias = tuple[int, int, int | None, Part, str]
# Runs a trial again and yields what is printed, line by line; leaving the context ends it.
Runner = Callable[[Rerun], AbstractContextManager[Iterator[str]]]


class ReplayError(CrosstrialError):
    """A trial could not be run again."""


@dataclass(frozen=True)
class Change:
    """A library of another version than recorded; None: not installed."""

    library: str
    recorded: str | None
    again: str | None


@dataclass(frozen=True)
class ScorePair:
    """One score as recorded and as it is now; None: it could not be computed, or is not there.

    `epoch`: of which it is; None for the score that is reported of a split.
    """

    repeat: int
    fold: int
    epoch: int | None
    part: Part
    metric: str
    recorded: float | None
    again: float | None

    @property
    def difference(self) -> float:
        """How far apart they are; infinite when only one could be computed."""
        if self.recorded is None or self.again is None:
            return 0.0 if self.recorded is self.again else math.inf
        return abs(self.again - self.recorded)


@dataclass(frozen=True)
class Reproduction:
    """A recorded outcome and what the trial comes to now.

    `again` is None when the splits differ: it was not run then.
    """

    recorded: Outcome
    recorded_versions: dict[str, str]
    ground: Replayed
    again: Outcome | None
    tolerance: float

    @property
    def same_splits(self) -> bool:
        """Whether the rows are in the same parts; a failure that nobody ran has no splits."""
        return self.recorded.splits_digest in (None, self.ground.splits_digest)

    @property
    def changes(self) -> tuple[Change, ...]:
        """Libraries of other versions."""
        before, now = self.recorded_versions, self.ground.versions
        return tuple(
            Change(library, before.get(library), now.get(library))
            for library in sorted(before.keys() | now.keys())
            if before.get(library) != now.get(library)
        )

    @property
    def scores(self) -> tuple[ScorePair, ...]:
        """Every score of both, in the order of the splits."""
        if self.again is None:
            return ()
        before, now = _by_place(self.recorded), _by_place(self.again)
        return tuple(
            ScorePair(*place, before.get(place), now.get(place))
            for place in dict.fromkeys((*before, *now))
        )

    @property
    def same(self) -> bool:
        """Whether it ended alike and no score differs by more than the tolerance."""
        if self.again is None or self.again.state is not self.recorded.state:
            return False
        if self.again.cause is not self.recorded.cause:
            return False
        return all(score.difference <= self.tolerance for score in self.scores)


def reproduce(store: Store, recorded: Outcome, runner: Runner, *, tolerance: float) -> Reproduction:
    """Run the trial of an outcome again and compare.

    Raises:
        InvalidError: it was pruned, or what it ran on is not in the store any more.
        ReplayError: it could not be run here.
    """
    if recorded.state is OutcomeState.PRUNED:
        raise InvalidError(
            "the trial was pruned: where it ended was decided by other trials",
            "reproduce one that succeeded or failed",
        )
    batch, start = _origin(store, recorded)
    if batch.data_uri is None and not store.has_dataset(batch.digest):
        raise InvalidError(
            f"data set {batch.dataset} ({batch.digest[:12]}) is not in the store any more",
            "a trial is reproduced on the very data that it ran on",
        )
    position = next(n for n in range(len(batch.manifest)) if batch.trial(n) == recorded.trial)
    with runner(Rerun(batch, position, start.image)) as printed:
        replays = _replays(printed)
        ground = next(replays)
        known = Reproduction(recorded, start.versions, ground, None, tolerance)
        if not known.same_splits:
            return known
        again = next(replays).outcome
    return Reproduction(recorded, start.versions, ground, again, tolerance)


def _origin(store: Store, outcome: Outcome) -> tuple[Batch, StartRecord]:
    batch, start = store.batch(outcome.batch), store.start(outcome.batch)
    if batch is None or start is None:
        raise InvalidError(
            f"batch {outcome.batch}, which ran the trial, is not in the store any more",
            "what it ran with is not known: run the experiment again under a new name",
        )
    return batch, start


def _replays(printed: Iterator[str]) -> Iterator[Replayed]:
    """Yield what the replay says, and raise when it ends before it has said all.

    Raises:
        ReplayError: it ended early; the message has the end of what it printed.
    """
    tail: list[str] = []
    for line in printed:
        replayed = Replayed.of_line(line)
        if replayed is not None:
            yield replayed
        else:
            tail = [*tail, line.rstrip()][-SHOWN_LINES:]
    raise ReplayError("the trial could not be run again", "\n".join(tail) or "it printed nothing")


def _by_place(outcome: Outcome) -> dict[Place, float | None]:
    return {
        (split.repeat, split.fold, epoch, part, metric): value
        for split in outcome.splits
        for part in PARTS
        for epoch, metric, value in _scores(split, part)
    }


def _scores(split: SplitResult, part: Part) -> Iterator[tuple[int | None, str, float | None]]:
    """Yield the epoch, metric and value of every score of a part: the reported ones first."""
    reported: dict[str, float | None] = getattr(split.scores, part)
    yield from ((None, metric, value) for metric, value in reported.items())
    if split.curve is not None:
        columns: dict[str, str] = getattr(split.curve, part)
        for metric, column in columns.items():
            for epoch, value in zip(split.curve.epochs, unpacked(column), strict=True):
                yield epoch, metric, value
