"""The program `crosstrial`: the group of all commands, and its entry point.

Commands are loaded when they are called (see `commands`), so that `--help` stays quick.
"""

from __future__ import annotations

import signal
import sys
from importlib.metadata import version
from types import FrameType
from typing import Annotated

import typer

from crosstrial.cli.commands import CommandGroup
from crosstrial.cli.errors import INTERRUPTED
from crosstrial.cli.options import ProgramStoreOption

app = typer.Typer(
    name="crosstrial",
    cls=CommandGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 typer calls it with the flag's value
    if wanted:
        typer.echo(f"crosstrial {version('crosstrial')}")
        raise typer.Exit


@app.callback(no_args_is_help=True)
def crosstrial(
    *,
    store: ProgramStoreOption = None,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Compare kinds of models, each over its own hyperparameter space, across many data sets.

    Start with `crosstrial init`, then `crosstrial run experiment.yaml`.
    """


def _terminate(number: int, _frame: FrameType | None) -> None:
    """End by leaving every `with`, so that local mode's server is not left behind."""
    sys.exit(128 + number)


def main() -> None:
    """Run the command that the arguments name; always ends by `SystemExit`."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
