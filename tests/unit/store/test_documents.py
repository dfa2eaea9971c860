"""Keys that every server accepts, and ids that tell what a document holds."""

from __future__ import annotations

import pytest
from bson import Int64

from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import Outcome
from crosstrial.domain.record import InvalidRecordError, Record
from crosstrial.store.documents import from_stored, to_stored
from support.stored import UID, batch, experiment, outcome, start


@pytest.mark.parametrize(
    ("key", "stored"),
    [
        ("n_estimators", "n_estimators"),
        ("kernel-type", "kernel-type"),
        ("", ""),
        ("a.b", "a%2Eb"),
        ("$set", "%24set"),
        ("100%", "100%25"),
        ("%24", "%2524"),
        ("a\0b", "a%00b"),
        ("größe", "größe"),
    ],
)
def test_a_key_is_stored_without_what_servers_reserve(key: str, stored: str) -> None:
    written = outcome().model_copy(update={"parameters": {key: {key: 1}}})
    document = to_stored(written)
    assert document["parameters"] == {stored: {stored: 1}}
    assert from_stored(Outcome, document) == written


def test_64_bit_integers_become_plain_again() -> None:
    document = to_stored(outcome()) | {"parameters": {"x": [Int64(1)]}}
    assert type(from_stored(Outcome, document).parameters["x"][0]) is int


@pytest.mark.parametrize(
    ("record", "key"),
    [
        (experiment(), UID),
        (batch(3), f"{UID}-3"),
        (start(3), f"{UID}-3"),
        (outcome(3), f"{UID}:svm.v2@iris:3"),
        (outcome(3, attempt=2, cause=Cause.CRASHED), f"{UID}:svm.v2@iris:3/2"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Record) else "",
)
def test_ids_and_schema(record: Record, key: str) -> None:
    document = to_stored(record)
    assert (document["_id"], document["schema"]) == (key, 1)
    assert from_stored(type(record), document) == record
    with pytest.raises(InvalidRecordError, match="elsewhere"):
        from_stored(type(record), document | {"_id": "elsewhere"})
