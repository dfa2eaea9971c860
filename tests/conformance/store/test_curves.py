"""Validation curves: what a worker may learn of its pair, and no more."""

from __future__ import annotations

from crosstrial.domain.cause import Cause
from crosstrial.domain.curve import ValidationCurve, packed
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.store.protocol import Store
from support.stored import UID, outcome

PAIR = Pair("svm.v2", "iris")


def curved(index: int, state: OutcomeState = OutcomeState.SUCCEEDED, **others: str) -> Outcome:
    curve = packed([index / 4, 0.5])
    return outcome(index, **others).model_copy(update={"state": state, "validation_curve": curve})


def curve_of(written: Outcome) -> ValidationCurve:
    return ValidationCurve(
        model=written.model,
        index=written.index,
        complete=written.state is OutcomeState.SUCCEEDED,
        values=str(written.validation_curve),
    )


def test_the_curves_of_a_pair_are_read(store: Store) -> None:
    own = [curved(0), curved(1, OutcomeState.PRUNED), curved(12)]
    strangers = [
        curved(3, model="svm"),
        curved(4, model="svm.v20"),
        curved(5, uid="f" * 10),
        outcome(6),
        outcome(7, cause=Cause.CRASHED),
    ]
    store.insert_outcomes([*strangers, *own])
    found = store.validation_curves(UID, PAIR, ())
    assert sorted(found, key=lambda curve: curve.index) == [curve_of(o) for o in own]


def test_known_curves_are_not_read_again(store: Store) -> None:
    store.insert_outcomes([curved(0), curved(1), curved(2)])
    assert store.validation_curves(UID, PAIR, {0, 2}) == [curve_of(curved(1))]
    assert store.validation_curves(UID, PAIR, {0, 1, 2}) == []


def test_an_outcome_keeps_its_curves(store: Store) -> None:
    written = curved(0, OutcomeState.PRUNED)
    store.insert_outcomes([written])
    assert store.outcomes([written.id]) == [written]
