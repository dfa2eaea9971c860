"""What `run` prints at the end: the comparison, the failures, and how to go on."""

from __future__ import annotations

import typer

from crosstrial.cli.render.comparison import show_comparison
from crosstrial.cli.render.failures import show_failures
from crosstrial.client.store_client import StoreClient

COMMAND_WIDTH = 48


def show_report(client: StoreClient, name: str) -> None:
    """Print what an experiment came to so far."""
    typer.echo()
    show_comparison(client.compare(name), wide=False)
    typer.echo()
    groups = client.failures(name)
    show_failures(groups)
    typer.echo()
    for command, what in next_commands(name, failed=bool(groups)).items():
        typer.echo(f"{command:<{COMMAND_WIDTH}}  {what}")


def next_commands(name: str, *, failed: bool) -> dict[str, str]:
    """Return the commands that go on from here, and what each shows."""
    commands = {
        f"crosstrial results {name} -o csv": "one row a trial",
        f"crosstrial compare {name} -o wide": "with the untuned medians",
    }
    if failed:
        commands[f"crosstrial trials {name} --state failed"] = "every failed trial"
    return commands
