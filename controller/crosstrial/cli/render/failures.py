"""Failures by cause and model: always shown, never summed away."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from crosstrial.analysis.failures import FailureGroup
from crosstrial.cli.render.text import printable
from crosstrial.client.wording import plural

MESSAGE_LENGTH = 160


def show_failures(groups: Sequence[FailureGroup]) -> None:
    """Print how many trials failed, and per cause and model an example of why."""
    if not groups:
        typer.echo("failures: none")
        return
    typer.echo(f"failures: {plural(sum(group.count for group in groups), 'trial')}")
    for group in groups:
        example = group.trial.partition(":")[2]
        typer.echo(f"{group.count:>5}  {group.cause} of {group.model}, such as {example}")
        if group.message:
            typer.echo(f"       {shortened(group.message)}")


def shortened(message: str) -> str:
    """Return a message cut to what a summary has room for."""
    text = printable(message)
    return text if len(text) <= MESSAGE_LENGTH else text[: MESSAGE_LENGTH - 3] + "..."
