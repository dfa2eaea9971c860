"""`crosstrial trials`: an experiment's trials, or one in full."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from crosstrial.cli.options import Format, FormatOption, Name, WhereOption
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.render.listing import show_listing
from crosstrial.cli.render.trial import show_trial, trials_listing
from crosstrial.cli.stores import open_session
from crosstrial.client.trials import matches
from crosstrial.spec.errors import InvalidError


class TrialState(StrEnum):
    """What a trial that was handed out may be."""

    ASSIGNED = "assigned"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    PRUNED = "pruned"
    CANCELLED = "cancelled"


def trials(
    name: Name,
    trial: Annotated[
        str | None,
        typer.Argument(
            metavar="[TRIAL_ID|INDEX]",
            help="A trial's id or MODEL@DATASET:INDEX; an index lists it over all pairs.",
        ),
    ] = None,
    *,
    state: Annotated[
        TrialState | None, typer.Option("--state", help="Only trials in this state.")
    ] = None,
    output: FormatOption = Format.TABLE,
    where: WhereOption = None,
) -> None:
    """List an experiment's trials, or show one in full.

    One trial is shown with its parameters, splits, and message.
    """
    with open_session(where) as session:
        record = session.client.experiment(name)
        found = [
            view
            for view in session.client.trials(name)
            if (trial is None or matches(view, record.uid, trial))
            and (state is None or view.state == state)
        ]
    if trial is None or len(found) > 1:
        show_listing(trials_listing(record, found), output)
        return
    if not found:
        raise InvalidError(
            f"experiment {name} has no trial {trial!r}" + (f" that is {state}" if state else ""),
            f"`crosstrial trials {name} -o name` lists them",
        )
    if output is Format.JSON and found[0].outcome is not None:
        show_json(found[0].outcome.to_document())
    elif output in (Format.TABLE, Format.WIDE):
        show_trial(record, found[0])
    else:
        show_listing(trials_listing(record, found), output)
