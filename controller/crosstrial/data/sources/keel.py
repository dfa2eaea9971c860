"""KEEL's .dat format, a dialect of ARFF: declared attributes, then rows with commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from crosstrial.data.sources.cells import number
from crosstrial.data.sources.found import Found, Numbers, Texts
from crosstrial.spec.errors import InvalidError

ATTRIBUTE = re.compile(
    r"@attribute\s+(?P<name>[^\s{]+)\s*(?:(?:real|integer|numeric)\b|\{(?P<values>.*)\})",
    re.IGNORECASE,
)
OUTPUT = re.compile(r"@outputs?\s+(?P<name>\S+)$", re.IGNORECASE)
MISSING = frozenset({"", "?", "<null>"})
COMMENT = ("%", "#")
REMEDY = "mend the line, or choose another data set"


@dataclass(frozen=True)
class Attribute:
    """A declared column: its values, or None for numbers."""

    name: str
    values: frozenset[str] | None


@dataclass(frozen=True)
class Header:
    """What stands before the data."""

    attributes: tuple[Attribute, ...]
    target: str


def parse(text: str, place: str) -> Found:
    """Return the columns with the types that are declared.

    The target is what `@outputs` names, else the last attribute. A cell is missing where it is
    empty, `?` or `<null>`. Ranges of numbers are not checked.

    Raises:
        InvalidError: a line that does not fit; the message has its number.
    """
    lines = _lines(text)
    header = _header(lines, place)
    numbered = [(line, _fields(content, line, header, place)) for line, content in lines]
    if not numbered:
        raise InvalidError(f"{place} has no rows below @data", REMEDY)
    columns: dict[str, Numbers | Texts] = {
        attribute.name: _column(
            attribute, [(line, fields[position]) for line, fields in numbered], place
        )
        for position, attribute in enumerate(header.attributes)
    }
    target = columns.pop(header.target)
    return Found(features=columns, target=header.target, values=target)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield number and content of each line that is neither blank nor a comment."""
    for line, content in enumerate(text.splitlines(), start=1):
        stripped = content.strip()
        if stripped and not stripped.startswith(COMMENT):
            yield line, stripped


def _header(lines: Iterator[tuple[int, str]], place: str) -> Header:
    """Read up to `@data`; leaves the rows in `lines`."""
    attributes: dict[str, Attribute] = {}
    target = None
    for line, content in lines:
        if content.lower() == "@data":
            break
        if content.lower().startswith("@attribute"):
            attribute = _attribute(content, line, place)
            attributes[attribute.name] = attribute
        elif output := OUTPUT.match(content):
            target = output["name"]
    else:
        raise InvalidError(f"{place} has no @data", REMEDY)
    if not attributes:
        raise InvalidError(f"{place} has no @attribute above @data", REMEDY)
    target = target or next(reversed(attributes))
    if target not in attributes:
        raise InvalidError(f"{place} has no attribute {target}, which is its output", REMEDY)
    return Header(tuple(attributes.values()), target)


def _attribute(content: str, line: int, place: str) -> Attribute:
    match = ATTRIBUTE.match(content)
    if match is None:
        raise InvalidError(f"{place}, line {line}: {content!r} declares no known type", REMEDY)
    values = match["values"]
    if values is None:
        return Attribute(match["name"], None)
    return Attribute(match["name"], frozenset(value.strip() for value in values.split(",")))


def _fields(content: str, line: int, header: Header, place: str) -> list[str]:
    fields = [field.strip() for field in content.split(",")]
    if len(fields) != len(header.attributes):
        raise InvalidError(
            f"{place}, line {line}, has {len(fields)} fields where there are"
            f" {len(header.attributes)} attributes",
            REMEDY,
        )
    return fields


def _column(attribute: Attribute, cells: list[tuple[int, str]], place: str) -> Numbers | Texts:
    values = attribute.values
    for line, cell in cells:
        known = number(cell) is not None if values is None else cell in values
        if cell not in MISSING and not known:
            expected = "a number" if values is None else "among its declared values"
            raise InvalidError(
                f"{place}, line {line}: {attribute.name} is {cell!r}, which is not {expected}",
                REMEDY,
            )
    if values is not None:
        return [None if cell in MISSING else cell for _, cell in cells]
    return np.array([np.nan if cell in MISSING else float(cell) for _, cell in cells])
