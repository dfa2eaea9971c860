"""`crosstrial reproduce`: run a trial again and compare its scores with the recorded ones."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from crosstrial.cli.errors import FAILED
from crosstrial.cli.options import WhereOption
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.render.reproduction import reproduction_document, show_reproduction
from crosstrial.cli.stores import open_session
from crosstrial.client.reproduce import Runner, reproduce
from crosstrial.client.rerun import LocalRunner
from crosstrial.client.session import Session
from crosstrial.spec.errors import InvalidError


class On(StrEnum):
    """Where a trial may be run again."""

    HERE = "here"
    CLUSTER = "cluster"


class ReportFormat(StrEnum):
    """How to print."""

    TABLE = "table"
    JSON = "json"


def reproduce_trial(
    trial: Annotated[str, typer.Argument(metavar="TRIAL", help="The trial's id.")],
    *,
    on: Annotated[
        On, typer.Option("--on", help="Run it on this machine, or as a Job in the cluster.")
    ] = On.HERE,
    tolerance: Annotated[
        float, typer.Option("--tolerance", min=0.0, help="By how much a score may differ.")
    ] = 1e-9,
    output: Annotated[
        ReportFormat, typer.Option("--format", "-o", help="How to print.")
    ] = ReportFormat.TABLE,
    where: WhereOption = None,
) -> None:
    """Run a trial again and compare its scores.

    They are held against the recorded ones; nothing is kept. Exit 0 if it came to the same, else 1.
    """
    with open_session(where) as session:
        recorded = session.client.trial(trial)
        store = session.client.store
        found = reproduce(store, recorded, _runner(session, on), tolerance=tolerance)
    if output is ReportFormat.JSON:
        show_json(reproduction_document(found))
    else:
        show_reproduction(found)
    if not found.same:
        raise typer.Exit(FAILED)


def _runner(session: Session, on: On) -> Runner:
    if on is On.HERE:
        return LocalRunner(session.uri)
    if session.cluster is None:
        raise InvalidError(
            "no cluster is named to run the trial in", "name one by --context or --namespace"
        )
    return session.cluster.runner()
