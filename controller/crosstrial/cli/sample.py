"""`crosstrial sample`: what a model's space draws, exactly as its trials would get it."""

from __future__ import annotations

import csv
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crosstrial.analysis.marginals import Histogram, marginals
from crosstrial.analysis.space_summary import summarise
from crosstrial.cli.options import File
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.render.space import show_summary
from crosstrial.client.wording import plural
from crosstrial.decide.coverage import coverage_mistakes
from crosstrial.decide.samplers import fixed_sampler
from crosstrial.domain.pair import Pair
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, raise_all
from crosstrial.spec.load import read_document
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
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="PICTURE", help="Also draw each marginal, .svg or .png."),
    ] = None,
    output: Annotated[
        SampleFormat,
        typer.Option("--format", "-o", help="table summarises; json and csv list every draw."),
    ] = SampleFormat.TABLE,
) -> None:
    """Draw from a model's space and summarise the draws.

    Draw i is exactly the configuration of trial i, so the first ones are the model's points,
    each as often as pairs are searched. Of `tpe` these are the draws that it begins with: later
    ones depend on outcomes.
    """
    source = read_document(file)
    document = _seeded(source.experiment, seed)
    _check_model(document, model)
    with source.placing():
        raise_all(coverage_mistakes(document))
    points = _points(document, model, number)
    if plot is not None:
        _draw_chart(plot, points, f"{model}: {len(points)} draws")
    match output:
        case SampleFormat.JSON:
            show_json(points)
        case SampleFormat.CSV:
            _write_csv(points)
        case SampleFormat.TABLE:
            all_there_are = "" if len(points) == number else ", all that there are"
            typer.echo(
                f"{model}: {plural(len(points), 'draw')}{all_there_are}, seed {document.spec.seed}"
            )
            shapes = {m.name: m for m in marginals(points) if isinstance(m, Histogram)}
            show_summary(summarise(points), shapes)


def _seeded(document: Experiment, seed: int | None) -> Experiment:
    if seed is None:
        return document
    return document.model_copy(update={"spec": document.spec.model_copy(update={"seed": seed})})


def _check_model(document: Experiment, name: str) -> None:
    models = document.models()
    if name not in models:
        raise InvalidError(f"the document has no model {name!r}", f"it has: {', '.join(models)}")


def _points(document: Experiment, model: str, number: int) -> list[Point]:
    sampler = fixed_sampler(document)
    size = sampler.size(model, number)
    pair = Pair(model, "")  # these draws are the same for every data set
    indices = range(number if size is None else size)
    return [sampler.draw(pair, index).parameters for index in indices]


def _draw_chart(path: Path, points: list[Point], title: str) -> None:
    if path.suffix.lower() not in (".svg", ".png"):
        raise InvalidError(
            f"{path}: is neither .svg nor .png", "name the picture so, such as marginals.svg"
        )
    # Loads Altair, which no other output needs.
    from crosstrial.analysis.marginal_chart import write_chart  # noqa: PLC0415

    write_chart(path, marginals(points), title)


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
