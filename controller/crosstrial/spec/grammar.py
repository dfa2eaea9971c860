"""Where in a document a validation error is, and which keys are known there.

Pydantic's locations mix keys with the names of alternatives; its own schema of the nodes tells
them apart. Used by `shape`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import Location

CoreSchema: TypeAlias = Any

# What stands around the schema of a value without adding a step to locations.
WRAPPERS = frozenset({"default", "nullable", "model", "model-field", "definitions"})


@dataclass(frozen=True)
class Spot:
    """A place of the document, and the keys that its surroundings may have."""

    at: Location
    siblings: tuple[str, ...]


def spot(location: Iterable[str | int]) -> Spot:
    """Return the place that an error's location means."""
    schema: CoreSchema = Experiment.__pydantic_core_schema__
    definitions = {part["ref"]: part for part in schema.get("definitions", ())}
    at: Location = ()
    siblings: tuple[str, ...] = ()
    for step in location:
        schema = _inside(schema, definitions)
        if schema.get("type") == "tagged-union":
            schema = schema["choices"][step]
            continue
        at = (*at, step)
        children = {f["validation_alias"]: f for f in schema.get("fields", {}).values()}
        siblings = tuple(children)
        schema = children.get(step) or _element(schema)
    return Spot(at, siblings)


def _inside(schema: CoreSchema, definitions: dict[str, CoreSchema]) -> CoreSchema:
    while True:
        match schema.get("type"):
            case "definition-ref":
                schema = definitions[schema["schema_ref"]]
            case kind if kind in WRAPPERS:
                schema = schema["schema"]
            case _:
                return schema


def _element(schema: CoreSchema) -> CoreSchema:
    match schema.get("type"):
        case "dict":
            return schema["values_schema"]
        case "tuple":
            return schema["items_schema"][0]
        case _:
            return {}
