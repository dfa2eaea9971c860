"""The base of everything that is kept in the store: a frozen record, validated in and out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel

SCHEMA_VERSION = 1


class InvalidRecordError(ValueError):
    """A stored document is not what its schema says; the message names the document."""


class Record(BaseModel):
    """A stored thing. `to_document` and `from_document` are its only ways out and in."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
    )

    def to_document(self) -> dict[str, Any]:
        """Return plain values only: dicts, lists, numbers, strings, datetimes."""
        return {key: _plain(value) for key, value in self.model_dump().items()}

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Self:
        """Return the record that `document` holds.

        Raises:
            InvalidRecordError: a field is missing, unknown, or of a wrong type.
        """
        body = dict(document)
        body.pop("_id", None)
        body.pop("schema", None)
        try:
            return cls.model_validate(body)
        except ValidationError as error:
            raise InvalidRecordError(f"{cls.__name__} {document.get('_id')!r}: {error}") from error


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def utc(moment: datetime) -> datetime:
    """Return `moment` as the store keeps it: UTC, whole milliseconds."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    aware = aware.astimezone(UTC)
    return aware.replace(microsecond=aware.microsecond // 1000 * 1000)
