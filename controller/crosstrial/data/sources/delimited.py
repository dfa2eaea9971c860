"""Text files with one record a line and separators, read strictly: no row is guessed at.

Used by the sources `csv` and `packaged`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from crosstrial.spec.errors import InvalidError

# Columns by name, cells stripped of blanks around them.
Columns: TypeAlias = dict[str, Sequence[str]]


def decoded(content: bytes, place: str) -> str:
    """Return the text of UTF-8, with or without a byte order mark.

    Raises:
        InvalidError: it is not UTF-8; the message has the position of the first wrong byte.
    """
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise InvalidError(
            f"{place} is not UTF-8: byte {error.start} is 0x{content[error.start]:02x}",
            "save it as UTF-8, as by `iconv -f latin1 -t utf-8`",
        ) from error


def columns_of(
    text: str, place: str, *, separator: str = ",", names: Sequence[str] = ()
) -> Columns:
    """Return the columns of a text.

    Fields may be quoted by `"`, which is doubled inside; a quoted field may hold line breaks. Blank
    lines are skipped.

    Args:
        text: the whole file.
        place: its name, for messages.
        separator: one character.
        names: the columns' names; default those in the first line.

    Raises:
        InvalidError: empty, names that are missing or not unique, a record with more or fewer
            fields than there are names, a quote that is not closed.
    """
    records = _records(text, place, separator)
    names = names or _names(records, place, separator)
    rows: list[list[str]] = []
    for line, record in records:
        if len(record) != len(names):
            raise InvalidError(
                f"{place}, line {line}, has {len(record)} fields where there are {len(names)}"
                " columns",
                f"quote fields that contain {separator!r}, complete or remove the line",
            )
        rows.append(record)
    if not rows:
        raise InvalidError(f"{place} has column names and no rows", "add rows below the names")
    return dict(zip(names, zip(*rows, strict=True), strict=True))


def _records(text: str, place: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the last line's number and the fields of each record that is not blank."""
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    try:
        for record in reader:
            if record:
                yield reader.line_num, [field.strip() for field in record]
    except csv.Error as error:
        raise InvalidError(
            f"{place}, line {reader.line_num}, cannot be read: {error}",
            'close every quote, and write a quote inside a quoted field as ""',
        ) from error


def _names(records: Iterator[tuple[int, list[str]]], place: str, separator: str) -> Sequence[str]:
    names = next(records, (0, []))[1]
    if not names:
        raise InvalidError(f"{place} is empty", "its first line names the columns")
    for position, name in enumerate(names):
        if not name:
            raise InvalidError(
                f"column {position + 1} of {place} has no name",
                "name it; pandas writes such a column of row numbers unless told index=False",
            )
        if name in names[:position]:
            raise InvalidError(
                f"{place} has two columns named {name}", "rename one, or leave one out"
            )
    if len(names) == 1:
        raise InvalidError(
            f"{place} has a single column, {names[0]}", f"separate columns by {separator!r}"
        )
    return names
