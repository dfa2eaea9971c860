"""Splits against scikit-learn called by hand, as the contract words it, and what is refused."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.model_selection import KFold, ShuffleSplit, StratifiedKFold, StratifiedShuffleSplit

from crosstrial.data.splits import make_splits, splits_digest
from crosstrial.spec.document import Evaluation
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task

DIGEST = "5592817176cb"
LABELS = np.repeat([0, 1, 2], [50, 30, 20])
NUMBERS = np.linspace(0.0, 1.0, 100)
# Made once; the same for ever and everywhere.
GOLDEN = {
    "classification": "2474a12d654f5bc7fa0654474919a6ec8e1bdcd0cd1f71221471ccd473ece049",
    "regression": "b05a1dc0e3f3d06944f77b4413fd15b1ffc48eccaaea5914759cb6a1bcbb4a0d",
}


def evaluation(**fields: Any) -> Evaluation:
    return Evaluation.model_validate(fields)


def seed(*parts: Any) -> int:
    """The contract's s(parts), written again."""
    text = json.dumps(list(parts), separators=(",", ":"))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


Parts = tuple[int, int, NDArray[Any], NDArray[Any], NDArray[Any]]


def holdout_by_hand(target: NDArray[Any], shuffle: Any) -> Iterator[Parts]:
    for repeat in range(3):
        outer = shuffle(1, test_size=0.3, random_state=seed(7, DIGEST, "outer", repeat))
        rest, test = next(outer.split(np.zeros((100, 1)), target))
        inner = shuffle(1, test_size=0.25, random_state=seed(7, DIGEST, "inner", repeat, 0))
        train, validation = next(inner.split(np.zeros((len(rest), 1)), target[rest]))
        yield repeat, 0, rest[train], rest[validation], test


def folds_by_hand(target: NDArray[Any], kfold: Any, shuffle: Any) -> Iterator[Parts]:
    for repeat in range(2):
        outer = kfold(4, shuffle=True, random_state=seed(7, DIGEST, "outer", repeat))
        for fold, (rest, test) in enumerate(outer.split(np.zeros((100, 1)), target)):
            inner = shuffle(1, test_size=0.2, random_state=seed(7, DIGEST, "inner", repeat, fold))
            train, validation = next(inner.split(np.zeros((len(rest), 1)), target[rest]))
            yield repeat, fold, rest[train], rest[validation], test


HOLDOUT = {
    "seed": 7,
    "outer": {"kind": "holdout", "test": 0.3, "repeats": 3},
    "inner": {"validation": 0.25},
}
FOLDS = {"seed": 7, "outer": {"kind": "kfold", "folds": 4, "repeats": 2}}


@pytest.mark.parametrize(
    ("fields", "task", "by_hand"),
    [
        pytest.param(
            HOLDOUT,
            "classification",
            holdout_by_hand(LABELS, StratifiedShuffleSplit),
            id="holdout, classification",
        ),
        pytest.param(
            HOLDOUT, "regression", holdout_by_hand(NUMBERS, ShuffleSplit), id="holdout, regression"
        ),
        pytest.param(
            {**HOLDOUT, "stratify": False},
            "classification",
            holdout_by_hand(LABELS, ShuffleSplit),
            id="holdout, not stratified",
        ),
        pytest.param(
            FOLDS,
            "classification",
            folds_by_hand(LABELS, StratifiedKFold, StratifiedShuffleSplit),
            id="folds, classification",
        ),
        pytest.param(
            {**FOLDS, "stratify": True},
            "classification",
            folds_by_hand(LABELS, StratifiedKFold, StratifiedShuffleSplit),
            id="folds, stratified",
        ),
        pytest.param(
            FOLDS, "regression", folds_by_hand(NUMBERS, KFold, ShuffleSplit), id="folds, regression"
        ),
    ],
)
def test_splits_are_those_of_scikit_learn(
    fields: dict[str, Any], task: Task, by_hand: Iterator[Parts]
) -> None:
    target = LABELS if task == "classification" else NUMBERS
    splits = make_splits(evaluation(**fields), digest=DIGEST, task=task, target=target)
    for split, (repeat, fold, train, validation, test) in zip(splits, by_hand, strict=True):
        assert (split.repeat, split.fold) == (repeat, fold)
        assert split.train.tolist() == train.tolist()
        assert split.validation.tolist() == validation.tolist()
        assert split.test.tolist() == test.tolist()
        together = np.concatenate([split.train, split.validation, split.test])
        assert sorted(together) == list(range(100))


@pytest.mark.parametrize("task", GOLDEN)
def test_the_digest_is_the_same_on_every_machine(task: Task) -> None:
    target = LABELS if task == "classification" else NUMBERS
    splits = make_splits(evaluation(), digest=DIGEST, task=task, target=target)
    assert splits_digest(splits) == GOLDEN[task]


def test_the_digest_changes_with_every_part() -> None:
    splits = make_splits(evaluation(**FOLDS), digest=DIGEST, task="regression", target=NUMBERS)
    first = splits[0]
    others = [
        splits[1:],
        splits[::-1],
        (replace(first, fold=9), *splits[1:]),
        (replace(first, train=first.train[::-1]), *splits[1:]),
        (replace(first, train=first.test, test=first.train), *splits[1:]),
    ]
    digests = {splits_digest(splits), *(splits_digest(other) for other in others)}
    assert len(digests) == 1 + len(others)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"digest": "other"}, id="data"),
        pytest.param({"evaluation": evaluation(seed=1)}, id="evaluation.seed"),
    ],
)
def test_splits_depend_on_seed_and_data(other: dict[str, Any]) -> None:
    fields = {"evaluation": evaluation(), "digest": DIGEST, **other}
    splits = make_splits(
        fields["evaluation"], digest=fields["digest"], task="regression", target=NUMBERS
    )
    assert splits_digest(splits) != GOLDEN["regression"]


@pytest.mark.parametrize(
    ("fields", "task", "counts", "message", "remedy"),
    [
        pytest.param(
            {"stratify": True}, "regression", [], "a regression target has no classes",
            "stratify: auto", id="stratified regression",
        ),
        pytest.param(
            {}, "classification", [30, 1, 20], "class 'b' has 1 row, the fewest",
            "merge or leave out rare classes", id="class of one row",
        ),
        pytest.param(
            {"outer": {"kind": "holdout", "test": 0.5}}, "classification", [30, 20, 2],
            "class 'c' has 2 rows, the fewest", "merge or leave out rare classes",
            id="class of two rows, one left for training and validation",
        ),
        pytest.param(
            {"outer": {"kind": "kfold", "folds": 10}}, "classification", [8, 4, 4],
            "n_splits=10", "fewer folds", id="more folds than rows of any class",
        ),
        pytest.param(
            {"outer": {"kind": "kfold", "folds": 30}}, "regression", [],
            "its 20 rows cannot be split: Cannot have number of splits n_splits=30",
            "fewer folds", id="more folds than rows",
        ),
        pytest.param(
            {"inner": {"validation": 0.95}}, "regression", [],
            "the resulting train set will be empty", "other fractions", id="empty part",
        ),
        pytest.param(
            {"inner": {"validation": 0.9}}, "classification", [300, 300, 4],
            "class 'c' has 4 rows, none of which is in the training part of repeat 0, fold 0",
            "leave more rows for training", id="stratified, class missing from training",
        ),
        pytest.param(
            {"stratify": False, "outer": {"kind": "kfold", "folds": 5}}, "classification",
            [50, 50, 1], "class 'c' has 1 row, none of which is in the training part",
            "stratify: auto", id="not stratified, class missing from training",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_split_is_told(
    fields: dict[str, Any], task: Task, counts: list[int], message: str, remedy: str
) -> None:
    codes = np.repeat(np.arange(len(counts)), counts) if counts else NUMBERS[:20]
    with pytest.raises(InvalidError) as caught:
        make_splits(
            evaluation(**fields), digest=DIGEST, task=task, target=codes, classes=("a", "b", "c")
        )
    assert message in caught.value.message
    assert remedy in str(caught.value.remedy)


def test_a_class_without_a_name_is_told_by_its_code() -> None:
    with pytest.raises(InvalidError, match="class 1 has 1 row"):
        make_splits(
            evaluation(), digest=DIGEST, task="classification", target=np.repeat([0, 1], [9, 1])
        )


def test_a_class_rarer_than_the_folds_is_split_without_a_warning() -> None:
    target = np.repeat([0, 1], [50, 4])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        splits = make_splits(
            evaluation(outer={"kind": "kfold", "folds": 5}),
            digest=DIGEST,
            task="classification",
            target=target,
        )
    assert all(set(target[split.train]) == {0, 1} for split in splits)


def test_numbers_taken_for_classes_are_told_in_one_line() -> None:
    with pytest.raises(InvalidError) as caught:
        make_splits(evaluation(), digest=DIGEST, task="classification", target=np.arange(500))
    assert "class 0 has 1 row, the fewest" in caught.value.message
    assert len(caught.value.message) < 200
