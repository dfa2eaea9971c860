"""What came of running a trial again, to read or as JSON."""

from __future__ import annotations

from typing import Any

import typer
from rich.text import Text

from crosstrial.cli.render.console import show
from crosstrial.cli.render.listing import plain_table
from crosstrial.cli.render.text import printable
from crosstrial.client.reproduce import Reproduction, ScorePair
from crosstrial.client.wording import NOTHING
from crosstrial.domain.outcome import Outcome


def show_reproduction(found: Reproduction) -> None:
    """Print what was checked, every score and the verdict."""
    recorded = found.recorded
    typer.echo(f"trial       {recorded.trial.id(recorded.uid)}")
    typer.echo("data        the same")
    typer.echo(f"splits      {'the same' if found.same_splits else 'other rows in the parts'}")
    typer.echo(f"versions    {_versions(found)}")
    if found.again is not None:
        typer.echo(f"recorded    {_ending(recorded)}")
        typer.echo(f"again       {_ending(found.again)}")
        _show_scores(found)
    typer.echo(verdict(found))


def _versions(found: Reproduction) -> str:
    changes = [
        f"{c.library} {c.recorded or NOTHING} -> {c.again or NOTHING}" for c in found.changes
    ]
    return ", ".join(changes) or "the same"


def _ending(outcome: Outcome) -> str:
    if outcome.cause is None:
        return str(outcome.state)
    lines = (outcome.message or "").strip().splitlines()
    return f"{outcome.state} ({outcome.cause}) {printable(lines[-1]) if lines else ''}".strip()


def _show_scores(found: Reproduction) -> None:
    # Curves are long: of them only what differs.
    shown = [pair for pair in found.scores if pair.epoch is None or pair.difference]
    if not shown:
        return
    table = plain_table()
    for heading in ("repeat", "fold", "epoch", "part", "metric"):
        table.add_column(heading)
    for heading in ("recorded", "again", "difference"):
        table.add_column(heading, justify="right")
    for pair in shown:
        table.add_row(*(Text(text) for text in _cells(pair)))
    show(table)


def _cells(pair: ScorePair) -> tuple[str, ...]:
    scores = (
        NOTHING if value is None else f"{value:.12g}" for value in (pair.recorded, pair.again)
    )
    epoch = "" if pair.epoch is None else str(pair.epoch)
    place = (str(pair.repeat), str(pair.fold), epoch, pair.part, pair.metric)
    return (*place, *scores, f"{pair.difference:.3g}")


def verdict(found: Reproduction) -> str:
    """Say in one sentence whether it came to the same."""
    if found.again is None:
        return "not run: its scores would be of other rows"
    if found.same:
        return f"reproduced: no score differs by more than {found.tolerance:g}"
    if (found.again.state, found.again.cause) != (found.recorded.state, found.recorded.cause):
        return "not reproduced: it ended otherwise"
    apart = [pair for pair in found.scores if pair.difference > found.tolerance]
    return (
        f"not reproduced: {len(apart)} of {len(found.scores)} scores differ by more than"
        f" {found.tolerance:g}"
    )


def reproduction_document(found: Reproduction) -> dict[str, Any]:
    """Return all of it as plain values."""
    return {
        "trial": found.recorded.trial.id(found.recorded.uid),
        "same": found.same,
        "tolerance": found.tolerance,
        "sameSplits": found.same_splits,
        "versions": [
            {"library": c.library, "recorded": c.recorded, "again": c.again} for c in found.changes
        ],
        "recorded": _short(found.recorded),
        "again": None if found.again is None else _short(found.again),
        "scores": [_score(pair) for pair in found.scores],
    }


def _short(outcome: Outcome) -> dict[str, Any]:
    return {"state": outcome.state, "cause": outcome.cause, "message": outcome.message}


def _score(pair: ScorePair) -> dict[str, Any]:
    computed = (pair.recorded is None) is (pair.again is None)
    return {
        "repeat": pair.repeat,
        "fold": pair.fold,
        "epoch": pair.epoch,
        "part": pair.part,
        "metric": pair.metric,
        "recorded": pair.recorded,
        "again": pair.again,
        # JSON has no infinity.
        "difference": pair.difference if computed else None,
    }
