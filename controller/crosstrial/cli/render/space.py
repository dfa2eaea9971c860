"""The summary of draws from a space, as `sample` prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from rich.text import Text

from crosstrial.analysis.marginals import Histogram
from crosstrial.analysis.space_summary import ParameterSummary
from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import plain_table
from crosstrial.cli.render.text import cell
from crosstrial.client.wording import NOTHING

CHOICES_SHOWN = 6
BLOCKS = "▁▂▃▄▅▆▇█"


def show_summary(parameters: Sequence[ParameterSummary], shapes: Mapping[str, Histogram]) -> None:
    """Print a row a parameter: how often it is active, and what it was.

    Args:
        parameters: what is to be said of each.
        shapes: the histograms of those that had numbers, by name.
    """
    table = plain_table()
    table.add_column("parameter")
    for heading in ("active", "min", "25%", "median", "75%", "max"):
        table.add_column(heading, justify="right")
    table.add_column("histogram")
    table.add_column("choices")
    for parameter in parameters:
        quantiles = parameter.quantiles or (None,) * 5
        table.add_row(
            Text(parameter.name),
            f"{parameter.active:.0%}",
            *(cell(value) for value in quantiles),
            Text(blocks(shapes.get(parameter.name))),
            Text(choices(parameter.counts)),
        )
    show(table)


def blocks(histogram: Histogram | None) -> str:
    """Return a histogram as a line of blocks, an empty bin as a blank: `▁▂▅█▅▂ ▁`."""
    if histogram is None:
        return NOTHING
    most = max(histogram.counts)
    heights = (ceil(len(BLOCKS) * count / most) for count in histogram.counts)
    return "".join(BLOCKS[height - 1] if height else " " for height in heights)


def choices(counts: Mapping[str, int] | None) -> str:
    """Return `rbf 334, poly 333, linear 332`; the most frequent ones where there are many."""
    if not counts:
        return NOTHING
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    shown = [f"{value} {count}" for value, count in ordered[:CHOICES_SHOWN]]
    rest = len(ordered) - len(shown)
    return ", ".join(shown) + (f" and {rest} more" if rest else "")
