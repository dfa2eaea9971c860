"""What was written comes back, whatever users call things, in its exact types and times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from crosstrial.domain.batch import BatchState
from crosstrial.domain.cause import Cause
from crosstrial.domain.experiment import ExperimentState
from crosstrial.domain.outcome import Scores
from crosstrial.domain.record import InvalidRecordError, utc
from crosstrial.spec.node import compact_json
from crosstrial.store.protocol import RefusedError, Store
from support.stored import (
    PARAMETERS,
    UID,
    batch,
    experiment,
    outcome,
    revision,
    settlement,
    split,
    start,
    status,
)

Refused = Callable[[Store], Any]


def test_an_experiment_comes_back_with_revisions_and_status(store: Store) -> None:
    registered = experiment()
    assert store.insert_experiment(registered)
    assert store.experiment("demo") == registered
    active = ExperimentState.ACTIVE
    assert store.append_revision(UID, was=active, revision=1, new=revision(2), to=active)
    store.set_status(UID, status())
    assert store.experiment("demo") == registered.model_copy(
        update={
            "revision": 2,
            "revisions": (*registered.revisions, revision(2)),
            "status": status(),
        }
    )


def test_a_batch_comes_back_with_its_settlement(store: Store) -> None:
    planned = batch(trials=3)
    assert store.insert_batch(planned)
    assert store.batch(planned.id) == planned
    assert store.settle_batch(planned.id, settlement(3))
    assert store.batch(planned.id) == planned.model_copy(
        update={"state": BatchState.SETTLED, "settlement": settlement(3)}
    )


def test_a_start_comes_back(store: Store) -> None:
    assert store.insert_start(start())
    assert store.start(start().batch) == start()
    assert store.start(f"{UID}-1") is None


def test_outcomes_come_back(store: Store) -> None:
    written = [outcome(0, splits=3), outcome(1, cause=Cause.CRASHED)]
    store.insert_outcomes(written)
    assert store.outcomes([o.id for o in written]) == written


def test_parameters_keep_their_exact_types(store: Store) -> None:
    store.insert_outcomes([outcome()])
    store.insert_batch(batch())
    (found,) = store.outcomes_of_batch(outcome().batch)
    assert compact_json(found.parameters) == compact_json(PARAMETERS)
    assert type(found.parameters["big"]) is int
    held = store.batch(batch().id)
    assert held is not None
    assert compact_json(held.manifest[0].parameters) == compact_json(PARAMETERS)


def test_scores_that_are_no_numbers_come_back(store: Store) -> None:
    values = {"a.b": float("inf"), "c": float("-inf"), "d": None}
    scores = Scores(train=values, validation=values, test=values)
    strange = split().model_copy(update={"scores": scores})
    store.insert_outcomes([outcome().model_copy(update={"splits": (strange,)})])
    (found,) = store.outcomes([outcome().id])
    assert found.splits[0].scores == scores


def test_times_come_back_in_utc_and_whole_milliseconds(store: Store) -> None:
    east = datetime(2026, 3, 4, 12, 0, 0, 123_987, tzinfo=timezone(timedelta(hours=5)))
    assert store.insert_start(start().model_copy(update={"started": east}))
    found = store.start(start().batch)
    assert found is not None
    assert found.started == utc(east) == datetime(2026, 3, 4, 7, 0, 0, 123_000, tzinfo=UTC)
    assert found.started.utcoffset() == timedelta(0)


def test_the_largest_batch_and_its_settlement_fit(store: Store) -> None:
    parameters = {f"parameter_{number}": number / 7 for number in range(25)}
    largest = batch(trials=5000, parameters=parameters)
    assert store.insert_batch(largest)
    assert store.settle_batch(largest.id, settlement(5000))
    found = store.batch(largest.id)
    assert found is not None
    assert found.manifest == largest.manifest
    assert found.settlement == settlement(5000)


@pytest.mark.parametrize(
    "write",
    [
        pytest.param(
            lambda store: store.insert_batch(batch(trials=9, parameters={"x": "y" * (2 << 20)})),
            id="a batch over 16 MiB",
        ),
        pytest.param(
            lambda store: store.insert_outcomes([with_parameters({"x": "y" * (17 << 20)})]),
            id="an outcome over 16 MiB",
        ),
        pytest.param(
            lambda store: store.insert_outcomes([with_parameters({"x": 1 << 64})]),
            id="an integer over 64 bits",
        ),
        pytest.param(
            lambda store: store.insert_outcomes([with_parameters({"x": "\ud800"})]),
            id="half a character",
        ),
        pytest.param(
            lambda store: store.insert_outcomes([with_parameters({"x": object()})]),
            id="an object",
        ),
    ],
)
def test_what_no_document_can_hold_is_refused(store: Store, write: Refused) -> None:
    with pytest.raises(RefusedError, match=r"MiB|large|cannot be stored"):
        write(store)
    assert store.batch_states(UID) == {}
    assert store.outcomes_of_batch(f"{UID}-0") == []


def test_an_experiment_that_outgrows_its_document_stays_as_it_was(store: Store) -> None:
    active = ExperimentState.ACTIVE
    assert store.insert_experiment(experiment())
    second, third = (revision(number, name="x" * (9 << 20)) for number in (2, 3))
    assert store.append_revision(UID, was=active, revision=1, new=second, to=active)
    with pytest.raises(RefusedError, match="large"):
        store.append_revision(UID, was=active, revision=2, new=third, to=active)
    found = store.experiment("demo")
    assert found is not None
    assert found.revision == len(found.revisions) == 2


def test_a_record_built_past_its_validation_is_not_written(store: Store) -> None:
    empty = batch().model_copy(update={"manifest": ()})
    with pytest.raises(InvalidRecordError, match="manifest"):
        store.insert_batch(empty)
    assert store.batch(empty.id) is None


def with_parameters(parameters: dict[str, Any]) -> Any:
    return outcome().model_copy(update={"parameters": parameters})
