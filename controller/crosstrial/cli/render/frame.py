"""The frame of results: as plain records, and as a table to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import plain_table
from crosstrial.cli.render.text import cell

if TYPE_CHECKING:
    import pandas as pd

# What a terminal has room for; the other formats have every column.
LOOKED_AT = (
    *("dataset", "model", "index", "repeat", "fold", "epoch", "reported"),
    *("state", "cause"),
)
COST = "fit_seconds"


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a row as a dict of its columns, with None for every missing value."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]


def show_frame(frame: pd.DataFrame) -> None:
    """Print the columns that identify a row, its test and validation scores and fit seconds."""
    if frame.empty:
        typer.echo("no trial has ended and been counted yet")
        return
    scores = [
        name
        for name in frame.columns
        if str(name).startswith(("metric.validation.", "metric.test."))
    ]
    shown = [name for name in (*LOOKED_AT, *scores, COST) if name in frame.columns]
    table = plain_table()
    for name in shown:
        table.add_column(
            str(name).removeprefix("metric.").replace("_", " "),
            justify="left" if name in LOOKED_AT else "right",
        )
    for row in records(frame[shown]):
        table.add_row(*(Text(cell(row[name])) for name in shown))
    show(table)
