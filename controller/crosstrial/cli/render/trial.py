"""Trials as a listing, and one trial in full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import typer
from rich.text import Text

from crosstrial.analysis.cells import primary_metric
from crosstrial.analysis.scores import PARTS, Part, reached_score
from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import Column, Listing, plain_table
from crosstrial.cli.render.text import cell, printable, score
from crosstrial.client.trials import TrialView
from crosstrial.client.wording import NOTHING, duration
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.outcome import Outcome, SplitResult
from crosstrial.domain.search import place_of
from crosstrial.spec.node import compact_json


def trials_listing(record: ExperimentRecord, views: Sequence[TrialView]) -> Listing[TrialView]:
    """Return one row a trial with its primary scores."""

    def primary(view: TrialView, part: Part) -> float | None:
        if view.outcome is None:
            return None
        task = record.latest.dataset(view.trial.dataset).task
        metric = primary_metric(record.latest.document.spec.evaluation, task)
        return reached_score(view.outcome, part, metric)

    def search(view: TrialView) -> int:
        return place_of(view.trial.index, record.latest.document.spec.searches).search

    return Listing(
        rows=views,
        columns=(
            Column("model", lambda v: v.trial.model),
            Column("dataset", lambda v: v.trial.dataset),
            Column("index", lambda v: v.trial.index),
            Column("state", lambda v: v.state),
            Column("cause", lambda v: v.outcome and v.outcome.cause and str(v.outcome.cause)),
            Column("attempt", lambda v: v.attempt),
            Column("seconds", lambda v: v.outcome and v.outcome.seconds, text=duration),
            Column("validation", lambda v: primary(v, "validation"), text=score),
            Column("test", lambda v: primary(v, "test"), text=score),
            Column("search", search, wide=True),
            Column("batch", lambda v: v.batch, wide=True),
            Column("trial", lambda v: v.trial.id(record.uid), wide=True),
            Column("message", _last_line, wide=True),
        ),
        name=lambda v: v.trial.id(record.uid),
        empty="no trials",
    )


def _last_line(view: TrialView) -> str | None:
    if view.outcome is None or not view.outcome.message:
        return None
    return view.outcome.message.strip().splitlines()[-1]


def show_trial(record: ExperimentRecord, view: TrialView) -> None:
    """Print all that is known of one trial."""
    outcome = view.outcome
    typer.echo(f"trial       {view.trial.id(record.uid)}")
    typer.echo(f"state       {view.state}{_cause(outcome)}, attempt {view.attempt}")
    typer.echo(f"batch       {view.batch or NOTHING}")
    searches = record.latest.document.spec.searches
    if searches > 1:
        place = place_of(view.trial.index, searches)
        typer.echo(f"search      {place.search} of 0 to {searches - 1}, point {place.position}")
    if outcome is None:
        return
    typer.echo(f"started     {cell(outcome.started)}, finished {cell(outcome.finished)} (UTC)")
    typer.echo(
        f"used        {duration(outcome.seconds)}, {duration(outcome.cpu_seconds)} CPU,"
        f" {outcome.peak_memory_mb:.0f} MiB at most"
    )
    typer.echo("parameters" + ("" if outcome.parameters else "  (the estimator's own defaults)"))
    for name, value in outcome.parameters.items():
        typer.echo(f"  {name} = {printable(compact_json(value))}")
    if outcome.splits:
        typer.echo("splits")
        _show_splits(outcome.splits)
    if outcome.message:
        typer.echo("message")
        typer.echo(_indented(printable(outcome.message)))


def _cause(outcome: Outcome | None) -> str:
    return "" if outcome is None or outcome.cause is None else f" ({outcome.cause})"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.rstrip().splitlines())


def _show_splits(splits: Iterable[SplitResult]) -> None:
    table = plain_table()
    for heading in ("  metric", "repeat", "fold", *PARTS, "fit", "note"):
        table.add_column(heading, justify="right" if heading in PARTS else "left")
    for split in splits:
        for metric in split.scores.test:
            table.add_row(*(Text(text) for text in _split_cells(split, metric)))
    show(table)


def _split_cells(split: SplitResult, metric: str) -> tuple[str, ...]:
    scores = (split.scores.train, split.scores.validation, split.scores.test)
    return (
        f"  {metric}",
        str(split.repeat),
        str(split.fold),
        *(score(part.get(metric)) for part in scores),
        duration(split.fit_seconds),
        _note(split, metric),
    )


def _note(split: SplitResult, metric: str) -> str:
    """Say why there is no score, and of which epoch the scores are."""
    reached = "" if split.curve is None else f"epoch {split.epoch} of {split.curve.last}"
    return "; ".join(filter(None, (reached, printable(split.reasons.get(metric, "")))))
