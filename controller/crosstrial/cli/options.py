"""Arguments and options that several commands share."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crosstrial.cli.cluster_options import OPTIONS, chosen_cluster
from crosstrial.client.where import STORE, Where, chosen
from crosstrial.spec.errors import InvalidError

STORE_HELP = f"The store, mongodb://...; default ${STORE}, else local mode's state folder."


def _where(context: typer.Context, value: Where | None) -> Where:
    """Return where a command looks that works on any store."""
    named = _named_store(context, None if value is None else value.uri)
    return chosen(named, chosen_cluster(context), os.environ)


def _store_for_this_machine(context: typer.Context, value: str | None) -> str | None:
    """Return the store of a command that runs batches itself."""
    if chosen_cluster(context) is not None:
        raise InvalidError(
            f"`crosstrial {context.info_name}` runs batches on this machine, not in a cluster",
            f"drop {OPTIONS}; `crosstrial submit FILE` gives an experiment to a cluster",
        )
    return _named_store(context, value) or os.environ.get(STORE) or None


def _named_store(context: typer.Context, value: str | None) -> str | None:
    """Return the command's own `--store`, else the program's."""
    return value or context.find_root().params.get("store") or None


ProgramStoreOption = Annotated[str | None, typer.Option("--store", metavar="URI", help=STORE_HELP)]
WhereOption = Annotated[
    Where | None,
    typer.Option("--store", metavar="URI", parser=Where, callback=_where, help=STORE_HELP),
]
StoreOption = Annotated[
    str | None,
    typer.Option("--store", metavar="URI", callback=_store_for_this_machine, help=STORE_HELP),
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
