"""The summary of draws from a space, as `sample` prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.text import Text

from crosstrial.analysis.space_summary import ParameterSummary
from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import plain_table
from crosstrial.cli.render.text import NOTHING, cell

CHOICES_SHOWN = 6


def show_summary(parameters: Sequence[ParameterSummary]) -> None:
    """Print a row a parameter: how often it is active, and what it was."""
    table = plain_table()
    table.add_column("parameter")
    for heading in ("active", "min", "25%", "median", "75%", "max"):
        table.add_column(heading, justify="right")
    table.add_column("choices")
    for parameter in parameters:
        quantiles = parameter.quantiles or (None,) * 5
        table.add_row(
            Text(parameter.name),
            f"{parameter.active:.0%}",
            *(cell(value) for value in quantiles),
            Text(choices(parameter.counts)),
        )
    show(table)


def choices(counts: Mapping[str, int] | None) -> str:
    """Return `rbf 334, poly 333, linear 332`; the most frequent ones where there are many."""
    if not counts:
        return NOTHING
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    shown = [f"{value} {count}" for value, count in ordered[:CHOICES_SHOWN]]
    rest = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
