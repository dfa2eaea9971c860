"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

STORE = "CROSSTRIAL_STORE"


def _chosen_store(context: typer.Context, value: str | None) -> str | None:
    """Return the command's own `--store`, else the program's, else the environment's."""
    if context.parent is None:
        return value
    return value or context.find_root().params.get("store") or os.environ.get(STORE) or None


StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URI",
        callback=_chosen_store,
        help=f"The store, mongodb://...; default ${STORE}, else local mode's state folder.",
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The experiment's name.")]
File = Annotated[
    Path, typer.Argument(metavar="FILE", help="The experiment document, YAML or JSON.")
]


class Format(StrEnum):
    """How a listing is printed."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    YAML = "yaml"
    NAME = "name"
    CSV = "csv"


FormatOption = Annotated[
    Format, typer.Option("--format", "-o", help="How to print.", show_default=True)
]
