"""Write one data set of a document as the file that workers read."""

from __future__ import annotations

from pathlib import Path

from crosstrial.client.suites import with_members
from crosstrial.data.sources import resolve
from crosstrial.data.table import Table, write_table
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.load import Document
from crosstrial.spec.wording import choice


def convert(document: Document, name: str, *, folder: Path, to: Path) -> Table:
    """Resolve a data set and write its canonical file; return what was written.

    Raises:
        InvalidError: there is none of this name, or it cannot be used, or `to` is there already.
        UnavailableError: whoever has it does not answer.
    """
    if to.exists():
        raise InvalidError(f"{to} is there already", "name another file, or remove it")
    with document.placing():
        placed = with_members(document.experiment, lambda _: None).placed_data_sets()
        found = next((pair for pair in placed.items() if pair[1].name == name), None)
        if found is None:
            names = [dataset.name for dataset in placed.values()]
            raise InvalidError(f"there is no data set {name!r}", choice(name, names))
        table = resolve(found[1], folder=folder)
    write_table(table, to)
    return table
