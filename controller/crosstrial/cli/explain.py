"""`crosstrial explain`: one sentence and one remedy."""

from __future__ import annotations

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated

import typer

from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.stores import open_session
from crosstrial.client import explain as explaining


class ExplainFormat(StrEnum):
    """Text or JSON."""

    TEXT = "text"
    JSON = "json"


def explain(
    name: Name,
    *,
    output: Annotated[
        ExplainFormat, typer.Option("--format", "-o", help="How to print.")
    ] = ExplainFormat.TEXT,
    where: WhereOption = None,
) -> None:
    """Say in one sentence why an experiment is as it is.

    Where there is something to do, a second line says what.
    """
    with open_session(where) as session:
        explanation = explaining.explain(
            session.client.status(name),
            session.client.failures(name),
            controller_runs=session.controller_runs,
            namespace=session.namespace,
        )
    if output is ExplainFormat.JSON:
        show_json(asdict(explanation))
        return
    typer.echo(explanation.sentence)
    if explanation.remedy is not None:
        typer.echo(f"what to do: {explanation.remedy}")
