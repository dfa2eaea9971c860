"""`crosstrial compare`: the models over the data sets: scores, ranks, tests, a verdict."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from crosstrial.cli.follow import exit_code
from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.render.comparison import show_comparison
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.stores import open_session
from crosstrial.client.screen import console, is_interactive
from crosstrial.client.session import Session

if TYPE_CHECKING:
    from crosstrial.analysis.comparison import Comparison
    from crosstrial.client.store_client import StoreClient

SECONDS_BETWEEN_LOOKS = 5.0
REST = 4  # of so many seconds at most one is spent looking


class CompareFormat(StrEnum):
    """Tables (wide ones add untuned medians and every two models), or JSON with everything."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"


@dataclass(frozen=True)
class Request:
    """What is compared, and where to it goes."""

    name: str
    output: CompareFormat
    report: Path | None

    def comparison(self, client: StoreClient) -> Comparison:
        """Return the comparison as it is now, and refresh the report."""
        if self.report is None:
            return client.compare(self.name)
        return client.report(self.name, self.report)

    def show(self, comparison: Comparison) -> None:
        """Print it."""
        if self.output is CompareFormat.JSON:
            show_json(comparison.to_dict())
        else:
            show_comparison(comparison, wide=self.output is CompareFormat.WIDE)


def compare(
    name: Name,
    *,
    output: Annotated[
        CompareFormat,
        typer.Option("--format", "-o", help="wide adds untuned medians and every two models."),
    ] = CompareFormat.TABLE,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="PAGE", help="Also write all of it as one HTML file."),
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Refresh both until the experiment ends.")
    ] = False,
    where: WhereOption = None,
) -> None:
    """Compare the models over the data sets.

    Configurations are chosen by their validation scores; test scores are only reported.
    """
    request = Request(name, output, report)
    with open_session(where) as session:
        if watch:
            raise typer.Exit(_watch(session, request))
        request.show(request.comparison(session.client))
    if report is not None:
        typer.echo(f"wrote {report}", err=True)


def _watch(session: Session, request: Request) -> int:
    """Show the comparison again and again; where nothing can be redrawn, only the last one."""
    last, due = None, 0.0
    for last in session.follow(request.name, partial(typer.echo, err=True)):
        began = time.monotonic()
        if began >= due and not last.record.state.ended:
            _redraw(request, request.comparison(session.client))
            due = began + max(SECONDS_BETWEEN_LOOKS, REST * (time.monotonic() - began))
    # Else it was deleted meanwhile.
    if (last is not None and last.record.state.ended) or session.is_left_alone:
        comparison = request.comparison(session.client)
        _redraw(request, comparison)
        if not is_interactive(sys.stdout):
            request.show(comparison)
    return exit_code(session, request.name, last)


def _redraw(request: Request, comparison: Comparison) -> None:
    if is_interactive(sys.stdout):
        console().clear()
        request.show(comparison)
