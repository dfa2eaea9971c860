"""Which commands there are and where each one is; loads a command's module when it is called."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

from crosstrial.cli.cluster_options import cluster_options, offer_cluster
from crosstrial.cli.errors import boundary

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter, Parameter


@dataclass(frozen=True)
class Entry:
    """One command: the module of `crosstrial.cli` and the function (or typer app) in it."""

    module: str
    target: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "init": Entry("init", "init", "Write a commented example document."),
    "validate": Entry("validate", "validate", "Check a document; errors name line and column."),
    "sample": Entry("sample", "sample", "Draw from a model's space and summarise the draws."),
    "convert": Entry("convert", "convert", "Write a data set of a document as a data file."),
    "run": Entry("run", "run", "Run an experiment on this machine and print its comparison."),
    "submit": Entry("submit", "submit", "Register an experiment in a store."),
    "list": Entry("list", "list_experiments", "List the experiments of a store."),
    "status": Entry("status", "status", "Show how far an experiment is."),
    "watch": Entry("watch", "watch", "Show an experiment's progress until it ends."),
    "wait": Entry("wait", "wait", "Return when an experiment ends."),
    "explain": Entry("explain", "explain", "Say in one sentence why an experiment is as it is."),
    "datasets": Entry("datasets", "datasets", "List an experiment's data sets as resolved."),
    "trials": Entry("trials", "trials", "List an experiment's trials, or show one in full."),
    "logs": Entry("logs", "logs", "Print what a batch, or a trial's batch, has printed."),
    "results": Entry("results", "results", "Print one row a trial that counts."),
    "compare": Entry("compare", "compare", "Compare the models over the data sets."),
    "reproduce": Entry("reproduce", "reproduce_trial", "Run a trial again and compare its scores."),
    "pause": Entry("pause", "pause", "Plan no new batches; running ones finish."),
    "resume": Entry("pause", "resume", "Go on after a pause."),
    "cancel": Entry("cancel", "cancel", "End an experiment now; its results stay."),
    "delete": Entry("delete", "delete", "Remove an experiment and all its results."),
    "controller": Entry("controller", "controller", "Drive every experiment of a store."),
    "image": Entry("image", "app", "Check what a trial image brings."),
    "store": Entry("store", "app", "Prepare a store."),
    "schema": Entry("schema", "schema", "Print the JSON schema of the document."),
}


class CommandGroup(TyperGroup):
    """The root group: commands from the table, errors ended at the boundary."""

    def get_params(self, ctx: Context) -> list[Parameter]:
        """Return the program's own options, those that name a cluster included."""
        return [*super().get_params(ctx), *cluster_options()]

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Load one command."""
        entry = COMMANDS.get(cmd_name)
        return None if entry is None else load(cmd_name, entry)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Write the list of commands without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: Context) -> Any:
        """Run the command; what it raises becomes a message and an exit code."""
        with boundary():
            return super().invoke(ctx)


def load(name: str, entry: Entry) -> Command:
    """Import a command's module and return the command."""
    target = getattr(importlib.import_module(f"crosstrial.cli.{entry.module}"), entry.target)
    if isinstance(target, typer.Typer):
        command = typer.main.get_command(target)
    else:
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name)(target)
        command = typer.main.get_command(alone)
    command.name = name
    offer_cluster(command)
    return command
