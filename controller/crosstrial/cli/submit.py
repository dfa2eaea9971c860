"""`crosstrial submit`: register an experiment in a store; its controller does the rest."""

from __future__ import annotations

from typing import Annotated

import typer

from crosstrial.cli.follow import follow
from crosstrial.cli.options import File, WhereOption
from crosstrial.cli.render.submission import resolving, submission_text
from crosstrial.cli.stores import open_session
from crosstrial.client.where import STORE, Where
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import read_document


def submit(
    file: File,
    *,
    update: Annotated[
        bool, typer.Option("--update", help="Extend the registered experiment.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Resolve and compare, store nothing.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Then show its progress.")] = False,
    where: WhereOption = None,
) -> None:
    """Register an experiment in a store.

    Data sets are fetched and checked here, and stored with it. The same content again changes
    nothing.
    """
    if where is None or where == Where():
        raise InvalidError(
            "no store is named",
            f"name one by --store mongodb://... or ${STORE}, or a cluster by --context;"
            " `crosstrial run FILE` needs none",
        )
    document = read_document(file)
    with open_session(where) as session:
        session.client.store.ensure_ready()
        with resolving() as progress:
            submission = session.client.submit(
                document,
                folder=file.resolve().parent,
                update=update,
                dry_run=dry_run,
                progress=progress,
            )
        typer.echo(submission_text(submission, dry_run=dry_run))
        if watch and not dry_run:
            raise typer.Exit(follow(session, submission.experiment.name))
