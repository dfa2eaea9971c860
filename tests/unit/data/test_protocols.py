"""Groups, time and recorded folds, against scikit-learn called by hand; no part leaks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.model_selection import (
    GroupKFold,
    GroupShuffleSplit,
    StratifiedGroupKFold,
    TimeSeriesSplit,
)

from crosstrial.data.marks import MarkKind, Marks
from crosstrial.data.splits import Split, make_splits, splits_digest
from crosstrial.domain.seeds import derived_seed
from crosstrial.spec.document import Evaluation
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task

DIGEST = "5592817176cb"
LABELS = np.arange(120) % 2
NUMBERS = np.linspace(0.0, 1.0, 120)
GROUPS = np.arange(120) // 3 % 17
GROUPED = {"seed": 7, "outer": {"kind": "groups", "folds": 4, "repeats": 2}}
TIMED = {"outer": {"kind": "time", "folds": 3}, "inner": {"validation": 0.25}}
RECORDED = {"outer": {"kind": "openml"}}


def marks(kind: MarkKind, *columns: Any) -> Marks:
    return Marks((kind,) * len(columns), np.column_stack(columns).astype(np.int64))


def splits_of(
    fields: dict[str, Any], found: Marks | None, target: NDArray[Any] = NUMBERS
) -> tuple[Split, ...]:
    task: Task = "classification" if target is LABELS else "regression"
    evaluation = Evaluation.model_validate(fields)
    return make_splits(evaluation, digest=DIGEST, task=task, target=target, marks=found)


@pytest.mark.parametrize(
    ("target", "splitter"),
    [
        pytest.param(NUMBERS, GroupKFold, id="regression"),
        pytest.param(LABELS, StratifiedGroupKFold, id="classification"),
    ],
)
def test_groups_are_split_as_scikit_learn_does(target: NDArray[Any], splitter: Any) -> None:
    splits = iter(splits_of(GROUPED, marks("group", GROUPS), target))
    for repeat in range(2):
        outer = splitter(4, shuffle=True, random_state=derived_seed(7, DIGEST, "outer", repeat))
        for fold, (rest, test) in enumerate(outer.split(target, target, GROUPS)):
            seed = derived_seed(7, DIGEST, "inner", repeat, fold)
            inner = GroupShuffleSplit(1, test_size=0.2, random_state=seed)
            train, validation = next(inner.split(rest, groups=GROUPS[rest]))
            split = next(splits)
            assert (split.repeat, split.fold) == (repeat, fold)
            assert split.train.tolist() == rest[train].tolist()
            assert split.validation.tolist() == rest[validation].tolist()
            assert split.test.tolist() == test.tolist()
    assert next(splits, None) is None


def test_no_group_is_in_two_parts() -> None:
    for split in splits_of(GROUPED, marks("group", GROUPS), LABELS):
        parts = [set(GROUPS[p].tolist()) for p in (split.train, split.validation, split.test)]
        assert all(parts)
        assert sum(map(len, parts)) == len(set.union(*parts)) == 17


def test_moments_that_are_all_different_are_split_as_scikit_learn_does() -> None:
    times = np.random.default_rng(0).permutation(120)
    order = np.argsort(times)
    splits = splits_of(TIMED, marks("time", times))
    by_hand = list(TimeSeriesSplit(3).split(order))
    assert len(splits) == len(by_hand)
    for split, (rest, test) in zip(splits, by_hand, strict=True):
        assert [*split.train, *split.validation] == order[rest].tolist()
        assert split.test.tolist() == order[test].tolist()
        assert len(split.validation) == int(np.ceil(len(rest) * 0.25))


def test_training_is_before_validation_is_before_testing() -> None:
    times = np.arange(120) * 7 % 13
    splits = splits_of(TIMED, marks("time", times))
    assert len(splits) == 3
    for split in splits:
        assert times[split.train].max() < times[split.validation].min()
        assert times[split.validation].max() < times[split.test].min()
        # Moments are whole: all rows of one are together.
        known = np.concatenate([split.train, split.validation, split.test])
        assert len(known) == int((times <= times[split.test].max()).sum())


def test_recorded_folds_are_the_test_parts() -> None:
    cross, holdout = np.arange(120) % 5, np.where(np.arange(120) < 40, 0, -1)
    splits = splits_of(RECORDED, marks("fold", cross, holdout), LABELS)
    assert [(s.repeat, s.fold) for s in splits] == [*((0, fold) for fold in range(5)), (1, 0)]
    assert splits[3].test.tolist() == np.flatnonzero(cross == 3).tolist()
    assert splits[5].test.tolist() == list(range(40))
    for split in splits:
        together = np.concatenate([split.train, split.validation, split.test])
        assert sorted(together) == list(range(120))


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        pytest.param(GROUPED, "group", id="groups"),
        pytest.param(TIMED, "time", id="time"),
        pytest.param(RECORDED, "fold", id="openml"),
    ],
)
def test_the_digest_changes_with_the_marks(fields: dict[str, Any], kind: MarkKind) -> None:
    values = np.arange(120) % 10
    other = values.copy()
    other[[0, 1]] = other[[1, 0]]
    same = [splits_digest(splits_of(fields, marks(kind, values))) for _ in range(2)]
    assert same[0] == same[1]
    assert splits_digest(splits_of(fields, marks(kind, other))) != same[0]


FEW = np.repeat([0, 1], 60)


@pytest.mark.parametrize(
    ("fields", "found", "message"),
    [
        pytest.param(GROUPED, None, "it has no group column", id="no-groups"),
        pytest.param(TIMED, None, "it has no time column", id="no-times"),
        pytest.param(RECORDED, None, "it has no recorded splits", id="no-folds"),
        pytest.param(
            GROUPED, marks("group", FEW), "are of 2 groups, and at least 4", id="too-few-groups"
        ),
        pytest.param(
            {"outer": {"kind": "groups", "folds": 2}, "inner": {"validation": 0.9}},
            marks("group", np.arange(120) % 3),
            "cannot be split for validation",
            id="no-group-left-for-training",
        ),
        pytest.param(
            TIMED, marks("time", FEW), "are of 2 moments, too few for 3 folds", id="too-few-moments"
        ),
        pytest.param(
            {"outer": {"kind": "time", "folds": 1}, "inner": {"validation": 0.9}},
            marks("time", np.repeat([0, 1, 2, 3], 30)),
            "has 2 moments, too few for a validation part of 0.9",
            id="no-moment-left-for-training",
        ),
    ],
)
def test_what_cannot_be_split_is_told(
    fields: dict[str, Any], found: Marks | None, message: str
) -> None:
    with pytest.raises(InvalidError, match=message) as caught:
        splits_of(fields, found)
    assert caught.value.remedy


def test_a_fold_that_stratification_leaves_empty_is_told() -> None:
    groups = np.repeat([0, 1, 2, 3, 4], [2, 13, 16, 7, 45])
    with pytest.raises(InvalidError, match=r"5 groups leave fold . of repeat 0 empty") as caught:
        make_splits(
            Evaluation.model_validate({"outer": {"kind": "groups", "folds": 5}}),
            digest=DIGEST,
            task="classification",
            target=groups % 2,
            marks=marks("group", groups),
        )
    assert "stratify: false" in str(caught.value.remedy)
