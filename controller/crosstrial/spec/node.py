"""What the parts of a document are made of: frozen, camelCase, strict nodes and plain values."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Strict
from pydantic.alias_generators import to_camel

Task: TypeAlias = Literal["classification", "regression"]
TASKS: tuple[Task, ...] = ("classification", "regression")

# A plain value as JSON has it: null, bool, int (64 bits), finite float, string, or a list of these.
Value: TypeAlias = Any

Item = TypeVar("Item")
# YAML and JSON know lists only; a frozen node keeps tuples.
Items: TypeAlias = Annotated[tuple[Item, ...], Strict(strict=False)]


class Node(BaseModel):
    """A part of the document: immutable, no unknown keys, no silent conversion of types."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
    )


def compact_json(value: Value) -> str:
    """Return the one JSON text of a value without blanks; tells 1, 1.0 and true apart."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
