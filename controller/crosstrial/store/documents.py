"""Records as stored documents: an id, a schema version, and keys that every server accepts.

Neighbours: `memory` and `mongodb` keep what `to_stored` returns and read by `from_stored`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from math import isfinite
from typing import Any, TypeAlias, TypeVar

import structlog
from bson import Int64
from bson.errors import BSONError

from crosstrial.domain.batch import Batch, BatchState, StartRecord
from crosstrial.domain.curve import ValidationCurve
from crosstrial.domain.experiment import ExperimentRecord, ExperimentState
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.domain.record import SCHEMA_VERSION, InvalidRecordError, Record

logger = structlog.get_logger(__name__)

Document: TypeAlias = dict[str, Any]
Kind = TypeVar("Kind", bound=Record)

AT_WORK = (ExperimentState.ACTIVE, ExperimentState.PAUSED, ExperimentState.DELETING)
UNSETTLED = (BatchState.PLANNED, BatchState.LAUNCHED)

# What encoding raises for a value that no document can hold.
UNSTORABLE = (BSONError, OverflowError, UnicodeEncodeError)
SMALLER = "a smaller batch.maxTrials makes smaller batches, fewer splits make smaller outcomes"

COLLECTIONS = ("experiments", "batches", "starts", "outcomes", "datasets")

# What a stored document's `_id` must be, by what it holds.
IDS: Mapping[type[Record], Callable[[Any], str]] = {
    ExperimentRecord: lambda record: str(record.uid),
    Batch: lambda record: str(record.id),
    StartRecord: lambda record: str(record.batch),
    Outcome: lambda record: str(record.id),
}

# Servers and drivers mangle or refuse these in some places; `%` because it escapes them.
RESERVED = re.compile(r"[%.$\0]")
ESCAPED = re.compile(r"%([0-9A-F]{2})")
# What is read as it is stored: nearly all that a document holds.
PLAIN = frozenset({str, int, float, bool, datetime, type(None)})

# What a batch's summary is made of; the rest, manifest and fates, may be megabytes.
SUMMARY_FIELDS = ("_id", "schema", "number", "state", "dataset")
CURVE_FIELDS = ("model", "index", "state", "validationCurve")
SETTLED_FIELDS = ("sums", "cpuSeconds", "hasUnfinished", "hasRetries")


def to_stored(record: Record) -> Document:
    """Return a record as its collection keeps it.

    Raises:
        InvalidRecordError: the record was copied or built past its own validation.
    """
    return {"_id": IDS[type(record)](record), "schema": SCHEMA_VERSION, **to_embedded(record)}


def to_embedded(record: Record) -> Document:
    """Return a record as a part of another record's document.

    Raises:
        InvalidRecordError: the record was copied or built past its own validation.
    """
    document = record.to_document()
    type(record).from_document(document)
    return {key: _escaped(value) for key, value in document.items()}


def from_stored(kind: type[Kind], document: Mapping[str, Any]) -> Kind:
    """Return the record that a stored document holds.

    Raises:
        InvalidRecordError: of another schema version, not what the schema says, or kept under
            an id that is not its own.
    """
    key, schema = document.get("_id"), document.get("schema")
    if schema != SCHEMA_VERSION:
        raise InvalidRecordError(
            f"{kind.__name__} {key!r}: written in schema {schema!r}, this version of crosstrial"
            f" reads {SCHEMA_VERSION}"
        )
    record = kind.from_document(_unescaped(document))
    if kind in IDS and IDS[kind](record) != key:
        raise InvalidRecordError(f"{kind.__name__} {key!r}: holds {IDS[kind](record)!r}")
    return record


def readable(kind: type[Kind], documents: Iterable[Mapping[str, Any]]) -> Iterator[Kind]:
    """Yield the records of documents; one that does not fit is left out and logged."""
    for document in documents:
        try:
            yield from_stored(kind, document)
        except InvalidRecordError as error:
            skip(kind.__name__, document.get("_id"), error)


def batch_states(documents: Iterable[Mapping[str, Any]]) -> dict[int, BatchState]:
    """Return states by number; a batch in no known state is left out and logged."""
    states = {}
    for document in documents:
        try:
            states[document["number"]] = BatchState(document["state"])
        except (KeyError, TypeError, ValueError) as error:
            skip(Batch.__name__, document.get("number"), error)
    return states


def summary_document(document: Mapping[str, Any]) -> Document:
    """Return the document of a batch's summary, from the whole one or its summary fields."""
    settled = document.get("settlement") or {}
    summary = {field: document[field] for field in SUMMARY_FIELDS if field in document}
    return summary | {field: settled[field] for field in SETTLED_FIELDS if field in settled}


def split_scores(document: Mapping[str, Any], metric: str) -> tuple[float | None, ...]:
    """Return an outcome's validation scores; None where there is none, or no finite number."""
    return tuple(_split_score(split, metric) for split in document.get("splits", ()))


def _split_score(split: Any, metric: str) -> float | None:
    try:
        score = split["scores"]["validation"][metric]
    except (KeyError, TypeError):
        return None
    return float(score) if isinstance(score, int | float) and isfinite(score) else None


def ids_of_pair(uid: str, pair: Pair) -> tuple[str, str]:
    """Return what the ids of a pair's outcomes lie between: `;` comes after `:`."""
    return f"{uid}:{pair}:", f"{uid}:{pair};"


def validation_curves(documents: Iterable[Mapping[str, Any]]) -> list[ValidationCurve]:
    """Return the curves of outcomes, from whole documents or their curve fields."""
    curves = []
    for document in documents:
        if not document.get("validationCurve"):
            continue
        try:
            curve = ValidationCurve(
                model=document["model"],
                index=document["index"],
                complete=document["state"] == OutcomeState.SUCCEEDED,
                values=document["validationCurve"],
            )
        except (KeyError, ValueError) as error:
            skip(ValidationCurve.__name__, document.get("_id"), error)
        else:
            curves.append(curve)
    return curves


def skip(what: str, key: object, error: Exception) -> None:
    """Log that a stored document is left out."""
    logger.warning("stored document left out", kind=what, id=str(key), error=str(error))


def _escaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {_escaped_key(key): _escaped(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value


def _unescaped(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            _unescaped_key(key) if "%" in key else key: (
                item if type(item) in PLAIN else _unescaped(item)
            )
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [item if type(item) in PLAIN else _unescaped(item) for item in value]
    if isinstance(value, Int64):  # parameters are told apart by their exact types
        return int(value)
    return value


def _escaped_key(key: str) -> str:
    if key.isidentifier():  # nearly all are, and have nothing to escape
        return key
    return RESERVED.sub(lambda match: f"%{ord(match[0]):02X}", key)


def _unescaped_key(key: str) -> str:
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)), key)
