"""The splits of a data set: the same for all models, a function of document and digest alone.

The client makes them to refuse what cannot be split, the worker to train on them.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosstrial.domain.seeds import derived_seed
from crosstrial.spec.document import Evaluation, HoldoutSplit, KFoldSplit
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task, compact_json

Positions = NDArray[np.int64]


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
) -> tuple[Split, ...]:
    """Return every split, by repeat, then fold.

    Args:
        evaluation: as in the document.
        digest: of the data set; part of every seed.
        task: of the data set.
        target: codes of the classes, or numbers, one a row.
        classes: the classes' names, for messages; default their codes.

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
    try:
        with warnings.catch_warnings():
            # Some test part lacks a class that is rarer than there are folds: no error.
            warnings.simplefilter("ignore", UserWarning)
            splits = tuple(_splits(evaluation, digest, target, stratified=stratified))
    except ValueError as error:
        raise _unsplittable(error, target, classes, stratified=stratified) from error
    if task == "classification":
        _refuse_missing_class(splits, target, classes, stratified=stratified)
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


def _splits(
    evaluation: Evaluation, digest: str, target: NDArray[Any], *, stratified: bool
) -> Iterator[Split]:
    for repeat in range(evaluation.outer.repeats):
        seed = derived_seed(evaluation.seed, digest, "outer", repeat)
        outer = _outer(evaluation.outer, seed, stratified=stratified)
        for fold, (rest, test) in enumerate(outer.split(target, target)):
            seed = derived_seed(evaluation.seed, digest, "inner", repeat, fold)
            inner = _shuffle(evaluation.inner.validation, seed, stratified=stratified)
            train, validation = next(inner.split(rest, target[rest]))
            yield Split(
                repeat=repeat,
                fold=fold,
                train=rest[train].astype(np.int64),
                validation=rest[validation].astype(np.int64),
                test=test.astype(np.int64),
            )


def _outer(outer: HoldoutSplit | KFoldSplit, seed: int, *, stratified: bool) -> Any:
    from sklearn.model_selection import KFold, StratifiedKFold  # noqa: PLC0415

    if isinstance(outer, HoldoutSplit):
        return _shuffle(outer.test, seed, stratified=stratified)
    splitter = StratifiedKFold if stratified else KFold
    return splitter(outer.folds, shuffle=True, random_state=seed)


def _shuffle(part: float, seed: int, *, stratified: bool) -> Any:
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit  # noqa: PLC0415

    splitter = StratifiedShuffleSplit if stratified else ShuffleSplit
    return splitter(1, test_size=part, random_state=seed)


def _unsplittable(
    error: ValueError, target: NDArray[Any], classes: Sequence[str] | None, *, stratified: bool
) -> InvalidError:
    # Its first sentence; another one may list every class.
    told = str(error).strip().partition(". ")[0]
    if not stratified:
        return InvalidError(
            f"its {len(target)} rows cannot be split: {told}",
            "ask for fewer folds or other fractions in spec.evaluation, or use more rows",
        )
    counts = np.bincount(target)
    rarest = int(counts.argmin())
    return InvalidError(
        f"its {len(target)} rows cannot be split: {_class(rarest, counts, classes)}, the fewest"
        f" ({told})",
        "merge or leave out rare classes, or ask for fewer folds or other fractions in"
        " spec.evaluation",
    )


def _refuse_missing_class(
    splits: Sequence[Split],
    target: NDArray[Any],
    classes: Sequence[str] | None,
    *,
    stratified: bool,
) -> None:
    counts = np.bincount(target)
    for split in splits:
        missing = np.flatnonzero(np.bincount(target[split.train], minlength=len(counts)) == 0)
        if len(missing):
            raise InvalidError(
                f"{_class(int(missing[0]), counts, classes)}, none of which is in the training part"
                f" of repeat {split.repeat}, fold {split.fold}",
                "merge or leave out rare classes, or leave more rows for training"
                if stratified
                else "set spec.evaluation.stratify: auto, or merge or leave out rare classes",
            )


def _class(code: int, counts: NDArray[np.int64], classes: Sequence[str] | None) -> str:
    name = repr(classes[code]) if classes else str(code)
    count = int(counts[code])
    return f"class {name} has {count} {'row' if count == 1 else 'rows'}"
