"""The options that name a cluster, as kubectl has them: before a command, or after it.

`commands` gives them to every command that has `--store`; `options` asks which cluster was named.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from crosstrial.client.where import DEFAULT_NAMESPACE, ClusterChoice

if TYPE_CHECKING:
    from typer._click import Command, Parameter

OPTIONS = "--context, --namespace and --kubeconfig"


def chosen_cluster(context: typer.Context) -> ClusterChoice | None:
    """Return the cluster that was asked for; None when no option names one."""
    named = context.meta.get(__name__)
    return None if named is None else ClusterChoice(**named)


def offer_cluster(command: Command) -> None:
    """Give a command that has `--store` the options as well, and each command of a group."""
    for one in getattr(command, "commands", {}).values():
        offer_cluster(one)
    if any("--store" in parameter.opts for parameter in command.params):
        command.params.extend(cluster_options())


@cache
def cluster_options() -> tuple[Parameter, ...]:
    """Return the options; what they are given is in the context, nearer ones last."""
    alone = typer.Typer(add_completion=False)
    alone.command()(_declared)
    return tuple(typer.main.get_command(alone).params)


def _note(context: typer.Context, option: typer.CallbackParam, value: str | None) -> None:
    if value is not None:
        context.meta.setdefault(__name__, {})[option.name] = value


def _declared(
    *,
    context: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="The kubeconfig's context of a cluster whose store to use.",
            callback=_note,
            expose_value=False,
            is_eager=True,
        ),
    ] = None,
    namespace: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help=f"The namespace of crosstrial in that cluster; default {DEFAULT_NAMESPACE}.",
            callback=_note,
            expose_value=False,
            is_eager=True,
        ),
    ] = None,
    kubeconfig: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="The kubeconfig; default $KUBECONFIG, else ~/.kube/config.",
            callback=_note,
            expose_value=False,
            is_eager=True,
        ),
    ] = None,
) -> None:
    """Declare the options; never called."""
