"""`crosstrial results`: one row a trial, split or epoch, for people, scripts and notebooks."""

from __future__ import annotations

import io
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.render.documents import json_text
from crosstrial.cli.render.frame import records, show_frame
from crosstrial.cli.stores import open_session
from crosstrial.spec.errors import InvalidError

if TYPE_CHECKING:
    import pandas as pd


class FrameFormat(StrEnum):
    """How the frame is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


def results(
    name: Name,
    *,
    splits: Annotated[bool, typer.Option("--splits", help="One row a split.")] = False,
    epochs: Annotated[
        bool,
        typer.Option("--epochs", help="One row an epoch, where a model is trained by epochs."),
    ] = False,
    output: Annotated[
        FrameFormat, typer.Option("--format", "-o", help="How to print.")
    ] = FrameFormat.TABLE,
    to: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Write there, not to standard output."),
    ] = None,
    where: WhereOption = None,
) -> None:
    """Print one row a trial that counts.

    The baseline has a row for each data set. A table shows the scores only; csv, json and parquet
    have every column.
    """
    if output is FrameFormat.PARQUET and to is None and sys.stdout.isatty():
        raise InvalidError(
            "parquet is binary, and standard output is a terminal", "name a file by --output FILE"
        )
    with open_session(where) as session:
        frame = session.client.results(name, splits=splits, epochs=epochs)
    if output is FrameFormat.TABLE and to is None:
        show_frame(frame)
    else:
        _write(_encoded(frame, output), to)


def _encoded(frame: pd.DataFrame, output: FrameFormat) -> bytes:
    match output:
        case FrameFormat.PARQUET:
            from crosstrial.analysis.columns import storable  # noqa: PLC0415 needs pandas

            stream = io.BytesIO()
            storable(frame).to_parquet(stream, index=False)
            return stream.getvalue()
        case FrameFormat.JSON:
            return (json_text(records(frame)) + "\n").encode()
        case FrameFormat.CSV:
            return frame.to_csv(index=False, lineterminator="\n").encode()
        case FrameFormat.TABLE:
            return (frame.to_string(index=False) + "\n").encode()


def _write(content: bytes, to: Path | None) -> None:
    if to is not None:
        to.write_bytes(content)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()
