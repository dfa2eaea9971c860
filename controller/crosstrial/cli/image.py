"""`crosstrial image`: what a trial image brings, checked before an experiment uses it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from crosstrial.cli.errors import FAILED
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import TASKS

CHECK = "crosstrial_trial.check"

app = typer.Typer(rich_markup_mode=None, no_args_is_help=True)


@app.callback()
def image() -> None:
    """Check what a trial image brings."""


@app.command(context_settings={"ignore_unknown_options": True})
def check(
    command: Annotated[
        list[str], typer.Argument(metavar="COMMAND...", help="The program and its arguments.")
    ],
    *,
    parameters: Annotated[
        str, typer.Option("--parameters", metavar="JSON", help="Parameters that it needs.")
    ] = "{}",
    task: Annotated[
        list[str] | None, typer.Option("--task", help="A task that it serves; default both.")
    ] = None,
    epochs: Annotated[bool, typer.Option("--epochs", help="Whether it trains by epochs.")] = False,
) -> None:
    """Check whether a program keeps the contract of a model in any language.

    It is run on small data for classification and regression, as a trial runs it; inside of the
    image or on this machine. Options stand before the program.
    """
    program = shutil.which(command[0])
    if program is None:
        raise InvalidError(f"there is no program {command[0]}", "name one that can be run")
    told = {"parameters": _parameters(parameters), "tasks": _tasks(task), "epochs": epochs}
    done = subprocess.run(  # noqa: S603 what the user named, no shell
        [
            sys.executable,
            "-m",
            CHECK,
            json.dumps(told),
            str(Path(program).absolute()),
            *command[1:],
        ],
        check=False,
    )
    if done.returncode:
        typer.echo("it does not keep the contract: see docs/guide/trial-images.md", err=True)
        raise typer.Exit(FAILED)


def _parameters(text: str) -> dict[str, object]:
    try:
        parameters = json.loads(text)
    except json.JSONDecodeError as error:
        raise InvalidError(
            f"--parameters is not JSON: {error}", "write such as '{\"k\": 3}'"
        ) from error
    if not isinstance(parameters, dict):
        raise InvalidError("--parameters is not a JSON object", "write such as '{\"k\": 3}'")
    return parameters


def _tasks(named: list[str] | None) -> list[str]:
    for task in named or ():
        if task not in TASKS:
            raise InvalidError(f"there is no task {task!r}", f"choose {' or '.join(TASKS)}")
    return named or list(TASKS)
