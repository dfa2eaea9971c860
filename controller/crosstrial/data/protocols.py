"""The ways of splitting, one class each: an outer part for testing, an inner one for validation.

The inner split keeps to the same rule as the outer one: validation rows share no group with
training rows under `groups`, and are later under `time`. Used by `splits`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from crosstrial.data.marks import Marks
from crosstrial.domain.seeds import derived_seed
from crosstrial.spec.document import Evaluation
from crosstrial.spec.splitting import GroupsSplit, HoldoutSplit, KFoldSplit, OpenmlSplit, TimeSplit

Positions: TypeAlias = NDArray[np.int64]
# Repeat, fold, the rows that are not tested, those that are.
OuterPart: TypeAlias = tuple[int, int, Positions, Positions]


class UnsplittableError(Exception):
    """Marks are missing or too few; the message is what a user reads."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


@dataclass(frozen=True, eq=False)
class Rows:
    """What is split; `stratified`: parts keep the proportions of the target's codes."""

    target: NDArray[Any]
    marks: Marks
    stratified: bool


class SplitProtocol(Protocol):
    """A way of splitting; ValueError and UnsplittableError say that it can't be done."""

    def outer(self) -> Iterator[OuterPart]:
        """Yield the outer splits, by repeat, then fold."""

    def inner(self, rest: Positions, repeat: int, fold: int) -> tuple[Positions, Positions]:
        """Return positions within `rest`: for training, for validation."""


def protocol_of(evaluation: Evaluation, digest: str, rows: Rows) -> SplitProtocol:
    """Return the protocol that a document asks for, on the rows of a data set."""
    seeds = Seeds(evaluation.seed, digest)
    part = evaluation.inner.validation
    match evaluation.outer:
        case GroupsSplit() as outer:
            return ByGroups(outer, part, seeds, rows)
        case TimeSplit() as outer:
            return ByTime(outer, part, rows)
        case OpenmlSplit():
            return Recorded(part, seeds, rows)
        case outer:
            return AtRandom(outer, part, seeds, rows)


@dataclass(frozen=True)
class Seeds:
    """Seeds of splitters: of the document's seed and the data."""

    seed: int
    digest: str

    def outer(self, repeat: int) -> int:
        """Return the seed of a repeat's outer splits."""
        return derived_seed(self.seed, self.digest, "outer", repeat)

    def inner(self, repeat: int, fold: int) -> int:
        """Return the seed of the split within an outer training part."""
        return derived_seed(self.seed, self.digest, "inner", repeat, fold)


@dataclass(frozen=True)
class AtRandom:
    """(Stratified)ShuffleSplit or (Stratified)KFold, a (Stratified)ShuffleSplit inside."""

    split: HoldoutSplit | KFoldSplit
    validation: float
    seeds: Seeds
    rows: Rows

    def outer(self) -> Iterator[OuterPart]:
        """Yield the outer splits."""
        for repeat in range(self.split.repeats):
            parts = self._splitter(self.seeds.outer(repeat)).split(
                self.rows.target, self.rows.target
            )
            yield from ((repeat, fold, rest, test) for fold, (rest, test) in enumerate(parts))

    def _splitter(self, seed: int) -> Any:
        from sklearn.model_selection import KFold, StratifiedKFold  # noqa: PLC0415

        if isinstance(self.split, HoldoutSplit):
            return _shuffle(self.split.test, seed, self.rows)
        splitter = StratifiedKFold if self.rows.stratified else KFold
        return splitter(self.split.folds, shuffle=True, random_state=seed)

    def inner(self, rest: Positions, repeat: int, fold: int) -> tuple[Positions, Positions]:
        """Split without regard to anything but the target."""
        return _inner_shuffle(rest, self.validation, self.seeds.inner(repeat, fold), self.rows)


@dataclass(frozen=True)
class ByGroups:
    """(Stratified)GroupKFold, a GroupShuffleSplit inside."""

    split: GroupsSplit
    validation: float
    seeds: Seeds
    rows: Rows

    def outer(self) -> Iterator[OuterPart]:
        """Yield the outer splits.

        Raises:
            UnsplittableError: there are no groups, or too few.
        """
        from sklearn.model_selection import GroupKFold, StratifiedGroupKFold  # noqa: PLC0415

        groups = _marked(self.rows, "group")
        self._refuse_few(len(np.unique(groups)))
        splitter = StratifiedGroupKFold if self.rows.stratified else GroupKFold
        for repeat in range(self.split.repeats):
            folds = splitter(self.split.folds, shuffle=True, random_state=self.seeds.outer(repeat))
            parts = folds.split(self.rows.target, self.rows.target, groups)
            for fold, (rest, test) in enumerate(parts):
                if not len(test):
                    raise UnsplittableError(
                        f"its {len(np.unique(groups))} groups leave fold {fold} of repeat {repeat}"
                        " empty",
                        "ask for fewer folds, or set stratify: false",
                    )
                yield repeat, fold, rest, test

    def _refuse_few(self, groups: int) -> None:
        # A training part of one group could not give any of it to validation.
        needed = max(self.split.folds, 3)
        if groups < needed:
            raise UnsplittableError(
                f"its {len(self.rows.target)} rows are of {groups} groups, and at least {needed}"
                f" are needed for {self.split.folds} folds",
                "ask for fewer folds, or name a column with more groups",
            )

    def inner(self, rest: Positions, repeat: int, fold: int) -> tuple[Positions, Positions]:
        """Give whole groups to validation.

        Raises:
            UnsplittableError: there are too few to give.
        """
        from sklearn.model_selection import GroupShuffleSplit  # noqa: PLC0415

        splitter = GroupShuffleSplit(
            1, test_size=self.validation, random_state=self.seeds.inner(repeat, fold)
        )
        groups = _marked(self.rows, "group")[rest]
        try:
            train, validation = next(splitter.split(rest, groups=groups))
        except ValueError as error:
            raise UnsplittableError(
                f"the {len(np.unique(groups))} groups in the training part of repeat {repeat}, fold"
                f" {fold} cannot be split for validation",
                "set a smaller inner.validation, or name a column with more groups",
            ) from error
        return train, validation


@dataclass(frozen=True)
class ByTime:
    """TimeSeriesSplit over the moments, so that rows of one moment stay together."""

    split: TimeSplit
    validation: float
    rows: Rows

    def outer(self) -> Iterator[OuterPart]:
        """Yield the outer splits, rows in the order of time.

        Raises:
            UnsplittableError: there are no times, or too few.
        """
        times = _marked(self.rows, "time")
        moments = int(times.max()) + 1
        # As TimeSeriesSplit has it: equal test parts, what is left goes to the first training part.
        size = moments // (self.split.folds + 1)
        first = moments - self.split.folds * size
        if size == 0 or first < 2:
            raise UnsplittableError(
                f"its {len(times)} rows are of {moments} moments, too few for {self.split.folds}"
                " folds",
                "ask for fewer folds, or name a column with more moments",
            )
        order = np.argsort(times, kind="stable")
        for fold in range(self.split.folds):
            begin, end = np.searchsorted(
                times[order], [first + fold * size, first + fold * size + size]
            )
            yield 0, fold, order[:begin], order[begin:end]

    def inner(self, rest: Positions, repeat: int, fold: int) -> tuple[Positions, Positions]:
        """Give the latest moments to validation.

        Raises:
            UnsplittableError: no moment would be left for training.
        """
        times = _marked(self.rows, "time")[rest]
        moments = int(times[-1]) + 1
        first = moments - int(np.ceil(moments * self.validation))
        if first == 0:
            raise UnsplittableError(
                f"the training part of fold {fold} has {moments} moments, too few for a validation"
                f" part of {self.validation:g}",
                "set a smaller inner.validation, or ask for fewer folds",
            )
        begin = np.searchsorted(times, first)
        every = np.arange(len(rest))
        return every[:begin], every[begin:]


@dataclass(frozen=True)
class Recorded:
    """The folds that a data set brings, a (Stratified)ShuffleSplit inside."""

    validation: float
    seeds: Seeds
    rows: Rows

    def outer(self) -> Iterator[OuterPart]:
        """Yield the outer splits.

        Raises:
            UnsplittableError: there are no recorded folds.
        """
        repeats = self.rows.marks.of("fold").T
        if not len(repeats):
            raise UnsplittableError(
                "it has no recorded splits", "name a task of OpenML, or choose another protocol"
            )
        for repeat, folds in enumerate(repeats):
            for fold in range(int(folds.max()) + 1):
                yield repeat, fold, np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)

    def inner(self, rest: Positions, repeat: int, fold: int) -> tuple[Positions, Positions]:
        """Split without regard to anything but the target."""
        return _inner_shuffle(rest, self.validation, self.seeds.inner(repeat, fold), self.rows)


def _marked(rows: Rows, kind: Literal["group", "time"]) -> Positions:
    marks = rows.marks.of(kind)
    if not marks.shape[1]:
        raise UnsplittableError(
            f"it has no {kind} column", f"add `{kind}: a-column` to it, or choose another protocol"
        )
    return marks[:, 0]


def _inner_shuffle(
    rest: Positions, part: float, seed: int, rows: Rows
) -> tuple[Positions, Positions]:
    train, validation = next(_shuffle(part, seed, rows).split(rest, rows.target[rest]))
    return train, validation


def _shuffle(part: float, seed: int, rows: Rows) -> Any:
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit  # noqa: PLC0415

    splitter = StratifiedShuffleSplit if rows.stratified else ShuffleSplit
    return splitter(1, test_size=part, random_state=seed)
