"""The splits of a data set: the same for all models, a function of document and digest alone.

The client makes them to refuse what cannot be split, the worker to train on them. Neighbours:
`protocols` has one way of splitting each, `marks` what some of them split by.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosstrial.data.marks import Marks
from crosstrial.data.protocols import Positions, Rows, UnsplittableError, protocol_of
from crosstrial.spec.document import Evaluation
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task, compact_json


@dataclass(frozen=True, eq=False)
class Split:
    """Row positions of the three parts, in the order in which the splitter gave them.

    `train` is the inner training part: what a configuration is fitted on.
    """

    repeat: int
    fold: int
    train: Positions
    validation: Positions
    test: Positions


def make_splits(
    evaluation: Evaluation,
    *,
    digest: str,
    task: Task,
    target: NDArray[Any],
    classes: Sequence[str] | None = None,
    marks: Marks | None = None,
) -> tuple[Split, ...]:
    """Return every split, by repeat, then fold.

    Args:
        evaluation: as in the document.
        digest: of the data set; part of every seed.
        task: of the data set.
        target: codes of the classes, or numbers, one a row.
        classes: the classes' names, for messages; default their codes.
        marks: of the data set; default none.

    Raises:
        InvalidError: the rows can't be split so, or a training part lacks a class.
    """
    if evaluation.stratify is True and task == "regression":
        raise InvalidError(
            "evaluation.stratify is true, and a regression target has no classes to keep in"
            " proportion",
            "set evaluation.stratify: auto",
        )
    stratify = evaluation.stratify
    stratified = task == "classification" if stratify == "auto" else stratify
    rows = Rows(target, marks or Marks(), stratified=stratified)
    try:
        with warnings.catch_warnings():
            # Some test part lacks a class that is rarer than there are folds: no error.
            warnings.simplefilter("ignore", UserWarning)
            splits = tuple(_splits(evaluation, digest, rows))
    except UnsplittableError as error:
        raise InvalidError(str(error), error.remedy) from error
    except ValueError as error:
        raise _unsplittable(error, rows, classes) from error
    if task == "classification":
        _refuse_missing_class(splits, rows, classes)
    return splits


def splits_digest(splits: Iterable[Split]) -> str:
    """Return SHA-256 over all parts of all splits, in order."""
    digest = hashlib.sha256()
    for split in splits:
        parts = (split.train, split.validation, split.test)
        head = [split.repeat, split.fold, *(len(part) for part in parts)]
        digest.update(compact_json(head).encode())
        for part in parts:
            digest.update(part.astype("<i8").tobytes())
    return digest.hexdigest()


def _splits(evaluation: Evaluation, digest: str, rows: Rows) -> Iterator[Split]:
    protocol = protocol_of(evaluation, digest, rows)
    for repeat, fold, rest, test in protocol.outer():
        train, validation = protocol.inner(rest, repeat, fold)
        yield Split(
            repeat=repeat,
            fold=fold,
            train=rest[train].astype(np.int64),
            validation=rest[validation].astype(np.int64),
            test=test.astype(np.int64),
        )


def _unsplittable(error: ValueError, rows: Rows, classes: Sequence[str] | None) -> InvalidError:
    # Its first sentence; another one may list every class.
    told = str(error).strip().partition(". ")[0]
    if not rows.stratified:
        return InvalidError(
            f"its {len(rows.target)} rows cannot be split: {told}",
            "ask for fewer folds or other fractions in spec.evaluation, or use more rows",
        )
    counts = np.bincount(rows.target)
    rarest = int(counts.argmin())
    return InvalidError(
        f"its {len(rows.target)} rows cannot be split: {_class(rarest, counts, classes)}, the"
        f" fewest ({told})",
        "merge or leave out rare classes, or ask for fewer folds or other fractions in"
        " spec.evaluation",
    )


def _refuse_missing_class(
    splits: Sequence[Split], rows: Rows, classes: Sequence[str] | None
) -> None:
    counts = np.bincount(rows.target)
    for split in splits:
        present = np.bincount(rows.target[split.train], minlength=len(counts))
        missing = np.flatnonzero(present == 0)
        if len(missing):
            raise InvalidError(
                f"{_class(int(missing[0]), counts, classes)}, none of which is in the training part"
                f" of repeat {split.repeat}, fold {split.fold}",
                "merge or leave out rare classes, or leave more rows for training"
                if rows.stratified
                else "set spec.evaluation.stratify: auto, or merge or leave out rare classes",
            )


def _class(code: int, counts: NDArray[np.int64], classes: Sequence[str] | None) -> str:
    name = repr(classes[code]) if classes else str(code)
    count = int(counts[code])
    return f"class {name} has {count} {'row' if count == 1 else 'rows'}"
