"""`crosstrial validate`: every mistake of a document, before anything is stored or run."""

from __future__ import annotations

from typing import Annotated

import typer

from crosstrial.cli.options import File
from crosstrial.cli.render.submission import expansion_text, resolving
from crosstrial.client.validate import check_document, resolved_revision
from crosstrial.spec.load import read_document


def validate(
    file: File,
    *,
    data: Annotated[
        bool, typer.Option("--data", help="Also fetch the data sets and make every split.")
    ] = False,
) -> None:
    """Check a document; errors name line and column."""
    document = read_document(file)
    check_document(document)
    if not data:
        typer.echo(expansion_text(document.experiment))
        typer.echo("not checked: data sets and splits; --data fetches and checks them")
        return
    with resolving() as progress:
        revision = resolved_revision(document, folder=file.resolve().parent, progress=progress)
    typer.echo(expansion_text(document.experiment, revision))
