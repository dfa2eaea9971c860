"""The comparison as a reader sees it: test scores, ranks, diagram, tests, verdict, notes.

`significance` renders what the tests say, `diagram` the critical-difference diagram.
"""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.table import Table
from rich.text import Text

from crosstrial.analysis.comparison import Cell, Comparison
from crosstrial.analysis.standings import Standing
from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import Column, Listing, plain_table, table
from crosstrial.cli.render.significance import show_tests
from crosstrial.cli.render.text import GAP, folded, folded_width, printable, score
from crosstrial.client.screen import console
from crosstrial.client.wording import NOTHING

LEGEND = (
    "Test scores, greater is better: tuned (chosen by validation), in brackets the default"
    " configuration;\n!n failed trials."
)
LONG_CELL = 18  # 0.9123 !3 (0.9012), on one line
SHORT_CELL = 9  # the same on two lines


def show_comparison(comparison: Comparison, *, wide: bool) -> None:
    """Print scores per data set, average ranks, the tests, the verdict and all notes."""
    cell_width = widest_cell(comparison, console().width)
    if wide or cell_width is None:
        show(table(cells_listing(comparison), wide=True))
    else:
        typer.echo(LEGEND)
        show(scores_table(comparison, cell_width))
    typer.echo(f"\n{comparison.selection}")
    typer.echo("Average ranks of tuned test scores (1 is best) and mean normalised scores")
    show(ranks_table(comparison))
    show_tests(comparison, wide=wide)
    typer.echo(printable(f"\n{comparison.verdict.sentence}"))
    for note in comparison.notes:
        typer.echo(printable(f"note: {note}"))


def widest_cell(comparison: Comparison, width: int) -> int | None:
    """Return the roomiest cell with which all models fit side by side; None if none does."""
    models = models_of(comparison.cells)
    first = max((len(cell.dataset) for cell in comparison.cells), default=0)
    for cell_width in (LONG_CELL, SHORT_CELL):
        columns = (max(cell_width, folded_width(model, cell_width)) + GAP for model in models)
        if first + GAP + len("baseline") + GAP + sum(columns) <= width:
            return cell_width
    return None


def models_of(cells: Sequence[Cell]) -> list[str]:
    """Return the models in the order of the document."""
    return list(dict.fromkeys(cell.model for cell in cells))


def scores_table(comparison: Comparison, cell_width: int) -> Table:
    """Return data sets as rows and models as columns; the best tuned score of a row is bold."""
    models = models_of(comparison.cells)
    by_pair = {(cell.dataset, cell.model): cell for cell in comparison.cells}
    result = plain_table()
    result.add_column("data set")
    result.add_column("baseline", justify="right")
    for model in models:
        result.add_column(folded(model, cell_width), justify="right")
    for dataset in dict.fromkeys(cell.dataset for cell in comparison.cells):
        row = [by_pair.get((dataset, model)) for model in models]
        present = [cell for cell in row if cell is not None]
        best = max((c.tuned for c in present if c.tuned is not None), default=None)
        texts = (score_cell(cell, best, lines=cell_width < LONG_CELL) for cell in row)
        result.add_row(Text(dataset), score(present[0].baseline), *texts)
    return result


def score_cell(cell: Cell | None, best: float | None, *, lines: bool) -> Text:
    """Return `0.9649 !1 (0.9561)` on one line or two; a pair without any success says so."""
    if cell is None:
        return Text(NOTHING)
    if cell.tuned is None:
        text = Text("none", style="red")
    else:
        text = Text()
        text.append(score(cell.tuned), style="bold" if cell.tuned == best else "")
    if cell.failed:
        text.append(f" !{cell.failed}", style="red")
    return text.append("\n" if lines else " ").append(f"({score(cell.default)})")


def cells_listing(comparison: Comparison) -> Listing[Cell]:
    """Return one row a pair, the untuned median included."""
    return Listing(
        rows=comparison.cells,
        columns=(
            Column("dataset", lambda c: c.dataset, title="data set"),
            Column("model", lambda c: c.model),
            Column("tuned", lambda c: c.tuned),
            Column("default", lambda c: c.default),
            Column("untuned", lambda c: c.untuned),
            Column("baseline", lambda c: c.baseline),
            Column("trials", lambda c: c.trials),
            Column("failed", lambda c: c.failed),
        ),
        name=lambda c: f"{c.model}@{c.dataset}",
        empty="no data sets",
    )


def ranks_table(comparison: Comparison) -> Table:
    """Return models as rows; for each task and over all a rank, its interval, a mean score."""
    result = plain_table()
    result.add_column("model")
    for standing in comparison.standings:
        result.add_column(f"{standing.group} rank", justify="right")
        if standing.intervals:
            result.add_column("95 %", justify="right")
        result.add_column("score", justify="right")
    for model in models_of(comparison.cells):
        cells = (text for standing in comparison.standings for text in _ranked(standing, model))
        result.add_row(Text(model), *cells)
    return result


def _ranked(standing: Standing, model: str) -> list[Text]:
    """Return a model's cells of one group."""
    interval = (standing.intervals or {}).get(model)
    bounds = NOTHING if interval is None else "-".join(f"{bound:.1f}" for bound in interval)
    middle = [Text(bounds)] if standing.intervals else []
    return [
        Text(rank(standing.ranks.get(model))),
        *middle,
        Text(score(standing.normalised.get(model))),
    ]


def rank(value: float | None) -> str:
    """Return an average rank with two decimals."""
    return NOTHING if value is None else f"{value:.2f}"
