"""`crosstrial sample`: what a model's space draws, exactly as its trials would get it."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from typing import Annotated

import typer

from crosstrial.analysis.space_summary import summarise
from crosstrial.cli.options import File
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.render.space import show_summary
from crosstrial.decide.draw import point
from crosstrial.spec.document import Experiment, Model
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import load_file
from crosstrial.spec.node import compact_json
from crosstrial.spec.space import Point


class SampleFormat(StrEnum):
    """A summary, or the draws themselves."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


def sample(
    file: File,
    model: Annotated[str, typer.Argument(metavar="MODEL", help="The model's name.")],
    *,
    number: Annotated[int, typer.Option("-n", min=1, max=1_000_000, help="How many.")] = 999,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Another seed than the document's.")
    ] = None,
    output: Annotated[
        SampleFormat,
        typer.Option("--format", "-o", help="table summarises; json and csv list every draw."),
    ] = SampleFormat.TABLE,
) -> None:
    """Draw from a model's space and summarise the draws.

    Draw i is exactly the configuration of trial i, so the first ones are the model's points.
    """
    document = load_file(file)
    chosen = _model(document, model)
    seed = document.spec.seed if seed is None else seed
    points = [point(chosen, seed=seed, index=index) for index in range(number)]
    match output:
        case SampleFormat.JSON:
            show_json(points)
        case SampleFormat.CSV:
            _write_csv(points)
        case SampleFormat.TABLE:
            typer.echo(f"{model}: {number} draws, seed {seed}")
            show_summary(summarise(points))


def _model(document: Experiment, name: str) -> Model:
    models = document.models()
    if name not in models:
        raise InvalidError(f"the document has no model {name!r}", f"it has: {', '.join(models)}")
    return models[name]


def _write_csv(points: list[Point]) -> None:
    """Write a row a draw; an inactive parameter's field is empty, a null is `null`."""
    names = dict.fromkeys(name for drawn in points for name in drawn)
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["index", *names])
    for index, drawn in enumerate(points):
        fields = (_field(drawn[name]) if name in drawn else "" for name in names)
        writer.writerow([index, *fields])


def _field(value: object) -> str:
    return value if isinstance(value, str) else compact_json(value)
