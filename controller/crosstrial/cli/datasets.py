"""`crosstrial datasets`: an experiment's data sets as they were resolved at submission."""

from __future__ import annotations

from crosstrial.cli.options import Format, FormatOption, Name, WhereOption
from crosstrial.cli.render.listing import Column, Listing, show_listing
from crosstrial.cli.stores import open_session
from crosstrial.domain.experiment import RegisteredDataSet
from crosstrial.spec.addresses import shown_address


def datasets(name: Name, *, output: FormatOption = Format.TABLE, where: WhereOption = None) -> None:
    """List an experiment's data sets as resolved."""
    with open_session(where) as session:
        record = session.client.experiment(name)
    show_listing(_listing(record.latest.datasets), output)


def _listing(datasets: tuple[RegisteredDataSet, ...]) -> Listing[RegisteredDataSet]:
    return Listing(
        rows=datasets,
        columns=(
            Column("name", lambda d: d.name),
            Column("task", lambda d: d.task),
            Column("rows", lambda d: d.rows),
            Column("numeric", lambda d: d.numeric),
            Column("nominal", lambda d: d.nominal),
            Column("classes", lambda d: d.classes),
            Column("uri", lambda d: d.uri and shown_address(d.uri), wide=True),
            Column("digest", lambda d: d.digest, text=lambda digest: digest[:12]),
        ),
        name=lambda d: d.name,
        empty="no data sets",
    )
