"""`crosstrial init`: write a commented document to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crosstrial.spec.errors import InvalidError
from crosstrial.spec.template import TEMPLATE


def init(
    path: Annotated[Path, typer.Argument(metavar="[PATH]", help="Where to write it.")] = Path(
        "experiment.yaml"
    ),
    *,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file.")] = False,
) -> None:
    """Write a commented example document."""
    try:
        with path.open("w" if force else "x", encoding="utf-8") as stream:
            stream.write(TEMPLATE)
    except FileExistsError as error:
        raise InvalidError(
            f"{path} exists", "choose another path, or overwrite it by --force"
        ) from error
    typer.echo(f"wrote {path}; next: crosstrial run {path}")
