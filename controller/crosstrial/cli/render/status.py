"""An experiment's status as a reader sees it: a matrix of pairs, or a listing."""

from __future__ import annotations

from collections.abc import Sequence

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import Column, Listing, plain_table
from crosstrial.cli.render.text import GAP, cell, folded, folded_width, printable
from crosstrial.client.progress import progress_bar, progress_line
from crosstrial.client.status import ExperimentStatus, PairStatus
from crosstrial.client.wording import duration
from crosstrial.domain.pair import PairState

CELL_WIDTH = 11  # 500/500 !12
LINES_AROUND = 7  # what a live view shows beside the matrix
NOTED = {
    PairState.EXHAUSTED: "exhausted",
    PairState.OUT_OF_TIME: "out of time",
    PairState.BLOCKED: "blocked",
}


def progress_view(status: ExperimentStatus, width: int, height: int) -> RenderableType:
    """Return what a terminal of that size shows of a run: the matrix, a bar, two lines."""
    rows = max(2, height - LINES_AROUND)
    return Group(matrix(status, width, rows=rows), Text(), progress_bar(status, width))


def show_status(status: ExperimentStatus, width: int) -> None:
    """Print the matrix, one line of sums, and every condition that holds."""
    show(matrix(status, width))
    typer.echo(progress_line(status))
    for condition in status.record.status.conditions:
        if condition.status == "True":
            typer.echo(printable(f"{condition.type}: {condition.reason}: {condition.message}"))


def matrix(status: ExperimentStatus, width: int, rows: int | None = None) -> Table:
    """Return counts per data set (rows) and model (columns), as many as fit.

    Where the models don't fit side by side, a data set has one sum. With more data sets than
    `rows`, those that still have work are shown first and the rest is counted.
    """
    pairs = {(p.pair.model, p.pair.dataset): p for p in status.pairs}
    models = list(dict.fromkeys(pair.pair.model for pair in status.pairs))
    datasets = list(dict.fromkeys(pair.pair.dataset for pair in status.pairs))
    shown = _rows_that_fit(status, datasets, rows)
    groups = {m: [m] for m in models} if _fits(models, shown, width) else {"all models": models}
    table = plain_table()
    table.add_column("data set", no_wrap=True, overflow="ellipsis")
    for heading in groups:
        table.add_column(folded(heading, CELL_WIDTH), justify="right", no_wrap=True)
    for dataset in shown:
        cells = [
            [pairs[model, dataset] for model in members if (model, dataset) in pairs]
            for members in groups.values()
        ]
        table.add_row(Text(dataset), *(count(cell_pairs) for cell_pairs in cells))
    if len(shown) < len(datasets):
        table.add_row(Text(f"and {len(datasets) - len(shown)} more", style="dim"))
    return table


def _fits(models: Sequence[str], datasets: Sequence[str], width: int) -> bool:
    """Whether the matrix fits once headings are folded at their hyphens."""
    first = max((len(name) for name in datasets), default=0)
    columns = (max(CELL_WIDTH, folded_width(name, CELL_WIDTH)) + GAP for name in models)
    return first + GAP + sum(columns) <= width


def _rows_that_fit(
    status: ExperimentStatus, datasets: Sequence[str], rows: int | None
) -> Sequence[str]:
    if rows is None or len(datasets) <= rows:
        return datasets
    working = {pair.pair.dataset for pair in status.pairs if pair.remaining}
    return sorted(datasets, key=lambda name: name not in working)[: rows - 1]


def count(pairs: Sequence[PairStatus]) -> Text:
    """Return `3/5`, with failures `3/5 !1`; a pair that stopped early says why."""
    if not pairs:
        return Text("-", style="dim")
    ended, wanted = sum(p.ended for p in pairs), sum(p.wanted for p in pairs)
    failed = sum(p.failed for p in pairs)
    style = "green" if all(p.state is PairState.DONE for p in pairs) else ""
    text = Text(f"{ended}/{wanted}", style=style)
    if failed:
        text.append(f" !{failed}", style="red")
    for state in dict.fromkeys(p.state for p in pairs if p.state in NOTED):
        text.append(f" {NOTED[state]}", style="yellow")
    return text


def pairs_listing(status: ExperimentStatus) -> Listing[PairStatus]:
    """Return one row a pair."""
    return Listing(
        rows=status.pairs,
        columns=(
            Column("model", lambda p: p.pair.model),
            Column("dataset", lambda p: p.pair.dataset),
            Column("state", lambda p: str(p.state)),
            Column("wanted", lambda p: p.wanted),
            Column("succeeded", lambda p: p.succeeded),
            Column("failed", lambda p: p.failed),
            Column("pruned", lambda p: p.pruned),
            Column("running", lambda p: p.running),
            Column("waiting", lambda p: p.waiting),
            Column("remaining", lambda p: p.remaining),
            Column("seconds", lambda p: p.seconds, text=duration),
        ),
        name=lambda p: str(p.pair),
        empty="no pairs",
    )


def summary_listing(statuses: Sequence[ExperimentStatus]) -> Listing[ExperimentStatus]:
    """Return one row an experiment."""
    return Listing(
        rows=statuses,
        columns=(
            Column("name", lambda s: s.record.name),
            Column("state", lambda s: str(s.record.state)),
            Column("ended", lambda s: s.ended),
            Column("wanted", lambda s: s.wanted),
            Column("failed", lambda s: s.failed),
            Column("pruned", lambda s: s.pruned, wide=True),
            Column("pairs", lambda s: len(s.pairs)),
            Column("created", lambda s: s.record.created),
            Column("revision", lambda s: s.record.revision, wide=True),
            Column("liveBatches", lambda s: s.live_batches, title="batches", wide=True),
            Column(
                "elapsedSeconds",
                lambda s: s.elapsed_seconds,
                title="elapsed",
                wide=True,
                text=duration,
            ),
            Column("uid", lambda s: s.record.uid, wide=True),
            Column("labels", _labels, wide=True, text=_labels_text),
        ),
        name=lambda s: s.record.name,
        empty="no experiments",
    )


def _labels(status: ExperimentStatus) -> dict[str, str]:
    return dict(status.record.latest.document.metadata.labels)


def _labels_text(labels: dict[str, str]) -> str:
    return cell(",".join(f"{key}={value}" for key, value in labels.items()))
