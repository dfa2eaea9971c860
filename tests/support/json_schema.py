"""As much of a JSON schema validator as the schema of documents needs, for its tests.

It refuses keywords that it does not know, so that it can't accept what they would refuse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
SILENT = {"$defs", "$schema", "default", "description", "title"}


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Whether the schema has nothing against the value."""
    return not list(_problems(schema, value, schema))


def _problems(schema: Any, value: Any, root: dict[str, Any]) -> Iterator[str]:
    if isinstance(schema, bool):
        if not schema:
            yield "nothing is allowed"
        return
    for keyword, wanted in schema.items():
        if keyword not in SILENT:
            yield from KEYWORDS[keyword](wanted, value, schema, root)


def _when(fine: bool, keyword: str) -> Iterator[str]:
    if not fine:
        yield keyword


def _reference(path: str, value: Any, _: Any, root: dict[str, Any]) -> Iterator[str]:
    yield from _problems(root["$defs"][path.removeprefix("#/$defs/")], value, root)


def _fitting(schemas: list[Any], value: Any, root: dict[str, Any]) -> int:
    return sum(not list(_problems(schema, value, root)) for schema in schemas)


def _properties(wanted: dict[str, Any], value: Any, _: Any, root: dict[str, Any]) -> Iterator[str]:
    for key in wanted.keys() & (value if isinstance(value, dict) else {}):
        yield from _problems(wanted[key], value[key], root)


def _others(wanted: Any, value: Any, schema: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    known = schema.get("properties", {})
    for key, item in (value if isinstance(value, dict) else {}).items():
        if key not in known:
            yield from _problems(wanted, item, root)


def _items(wanted: Any, value: Any, _: Any, root: dict[str, Any]) -> Iterator[str]:
    for item in value if isinstance(value, list) else []:
        yield from _problems(wanted, item, root)


def _names(wanted: Any, value: Any, _: Any, root: dict[str, Any]) -> Iterator[str]:
    for key in value if isinstance(value, dict) else []:
        yield from _problems(wanted, key, root)


def _type(wanted: str | list[str], value: Any, *_: Any) -> Iterator[str]:
    kinds = [wanted] if isinstance(wanted, str) else wanted
    yield from _when(any(TYPES[kind](value) for kind in kinds), "type")


def _number(fits: Callable[[float, float], bool]) -> Callable[..., Iterator[str]]:
    return lambda bound, value, *_: _when(
        not TYPES["number"](value) or fits(value, bound), f"bound {bound}"
    )


def _length(kind: type) -> Callable[..., Iterator[str]]:
    return lambda least, value, *_: _when(
        not isinstance(value, kind) or len(value) >= least, f"at least {least}"
    )


KEYWORDS: dict[str, Callable[..., Iterator[str]]] = {
    "$ref": _reference,
    "anyOf": lambda wanted, value, _, root: _when(_fitting(wanted, value, root) > 0, "anyOf"),
    "oneOf": lambda wanted, value, _, root: _when(_fitting(wanted, value, root) == 1, "oneOf"),
    "type": _type,
    "const": lambda wanted, value, *_: _when(value == wanted, "const"),
    "enum": lambda wanted, value, *_: _when(value in wanted, "enum"),
    "pattern": lambda wanted, value, *_: _when(
        not isinstance(value, str) or re.search(wanted, value) is not None, "pattern"
    ),
    "properties": _properties,
    "additionalProperties": _others,
    "required": lambda wanted, value, *_: _when(
        not isinstance(value, dict) or value.keys() >= set(wanted), "required"
    ),
    "items": _items,
    "propertyNames": _names,
    "minProperties": _length(dict),
    "minItems": _length(list),
    "minLength": _length(str),
    "minimum": _number(lambda value, bound: value >= bound),
    "maximum": _number(lambda value, bound: value <= bound),
    "exclusiveMinimum": _number(lambda value, bound: value > bound),
    "exclusiveMaximum": _number(lambda value, bound: value < bound),
}
