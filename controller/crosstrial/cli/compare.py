"""`crosstrial compare`: the models over the data sets, selected on validation."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from crosstrial.cli.options import Name, WhereOption
from crosstrial.cli.render.comparison import show_comparison
from crosstrial.cli.render.documents import show_json
from crosstrial.cli.stores import open_session


class CompareFormat(StrEnum):
    """Tables (wide ones add the untuned medians), or JSON."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"


def compare(
    name: Name,
    *,
    output: Annotated[
        CompareFormat, typer.Option("--format", "-o", help="wide adds the untuned medians.")
    ] = CompareFormat.TABLE,
    where: WhereOption = None,
) -> None:
    """Compare the models over the data sets.

    Configurations are chosen by their validation scores; test scores are only reported.
    """
    with open_session(where) as session:
        comparison = session.client.compare(name)
    if output is CompareFormat.JSON:
        show_json(comparison.to_dict())
    else:
        show_comparison(comparison, wide=output is CompareFormat.WIDE)
