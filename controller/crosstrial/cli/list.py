"""`crosstrial list`: every experiment of a store."""

from __future__ import annotations

from crosstrial.cli.options import Format, FormatOption, WhereOption
from crosstrial.cli.render.listing import show_listing
from crosstrial.cli.render.status import summary_listing
from crosstrial.cli.stores import open_session


def list_experiments(*, output: FormatOption = Format.TABLE, where: WhereOption = None) -> None:
    """List the experiments of a store."""
    with open_session(where) as session:
        statuses = session.client.statuses()
    show_listing(summary_listing(statuses), output)
