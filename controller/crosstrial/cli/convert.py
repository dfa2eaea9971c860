"""`crosstrial convert`: write a data set as the one file that workers read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crosstrial.cli.options import File
from crosstrial.client.convert import convert as convert_data_set
from crosstrial.spec.load import read_document


def convert(
    file: File,
    name: Annotated[str, typer.Argument(help="A data set of the document.")],
    to: Annotated[Path, typer.Argument(metavar="OUTPUT", help="The Parquet file to write.")],
) -> None:
    """Write a data set of a document as a data file.

    A data file that is too large for the store stays where it is, and batches read it there.
    """
    document = read_document(file)
    table = convert_data_set(document, name, folder=file.resolve().parent, to=to)
    rows, columns = table.frame.shape
    typer.echo(f"{to}: {rows} rows, {columns} features, digest {table.digest[:12]}")
