"""A listing: the same rows as table, wide table, JSON, YAML, names or CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import typer
from rich.table import Table
from rich.text import Text

from crosstrial.cli.options import Format
from crosstrial.cli.render.console import show
from crosstrial.cli.render.documents import show_json, show_yaml
from crosstrial.cli.render.text import GAP, cell

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column: its camelCase key, what it holds of a row, how a reader sees it."""

    key: str
    value: Callable[[Row], Any]
    title: str | None = None
    wide: bool = False  # shown by `-o wide` only
    text: Callable[[Any], str] = cell

    @property
    def heading(self) -> str:
        """Return the title as a table shows it."""
        return (self.title or self.key).upper()


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """Rows and their columns; `name` is what `-o name` prints of a row."""

    rows: Sequence[Row]
    columns: Sequence[Column[Row]]
    name: Callable[[Row], str]
    empty: str  # what a table says when there is no row

    def documents(self) -> list[dict[str, Any]]:
        """Return the rows with all their columns as plain values."""
        return [{column.key: column.value(row) for column in self.columns} for row in self.rows]


def show_listing(listing: Listing[Any], how: Format) -> None:
    """Print a listing."""
    match how:
        case Format.JSON:
            show_json(listing.documents())
        case Format.YAML:
            show_yaml(listing.documents())
        case Format.CSV:
            typer.echo(csv_text(listing), nl=False)
        case Format.NAME:
            for row in listing.rows:
                typer.echo(listing.name(row))
        case _ if not listing.rows:
            typer.echo(listing.empty)
        case _:
            show(table(listing, wide=how is Format.WIDE))


def table(listing: Listing[Any], *, wide: bool) -> Table:
    """Return the rows as a table without lines, numbers to the right."""
    shown = [column for column in listing.columns if wide or not column.wide]
    result = plain_table()
    for column in shown:
        numeric = all(_is_number(column.value(row)) for row in listing.rows)
        result.add_column(column.heading, justify="right" if numeric else "left", overflow="fold")
    for row in listing.rows:
        result.add_row(*(Text(column.text(column.value(row))) for column in shown))
    return result


def plain_table() -> Table:
    """Return an empty table in the style of every listing."""
    return Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")


def csv_text(listing: Listing[Any]) -> str:
    """Return the rows as CSV with the columns' keys as its head."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([column.key for column in listing.columns])
    for row in listing.rows:
        writer.writerow([_csv_cell(column.value(row)) for column in listing.columns])
    return stream.getvalue()


def _csv_cell(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))
