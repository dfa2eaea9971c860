"""`crosstrial status`: how far an experiment is, once."""

from __future__ import annotations

import sys

from crosstrial.cli.options import Format, FormatOption, Name, WhereOption
from crosstrial.cli.render.documents import show_json, show_yaml
from crosstrial.cli.render.listing import show_listing
from crosstrial.cli.render.status import pairs_listing, show_status
from crosstrial.cli.render.status_document import status_document
from crosstrial.cli.stores import open_session
from crosstrial.client.screen import console


def status(name: Name, *, output: FormatOption = Format.TABLE, where: WhereOption = None) -> None:
    """Show how far an experiment is.

    Per data set and model: ended trials of those wanted, and after `!` how many of them failed.
    `-o wide` has one row a pair.
    """
    with open_session(where) as session:
        found = session.client.status(name)
    match output:
        case Format.TABLE:
            show_status(found, console(sys.stdout).width)
        case Format.JSON:
            show_json(status_document(found))
        case Format.YAML:
            show_yaml(status_document(found))
        case _:
            show_listing(pairs_listing(found), output)
