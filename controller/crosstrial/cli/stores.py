"""Which store a command works on: a given one, a cluster's, else local mode's state folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from crosstrial.client.local import LocalMode, state_folder
from crosstrial.client.session import Session, open_place
from crosstrial.client.where import STORE, Where
from crosstrial.spec.errors import InvalidError


@contextmanager
def open_session(where: Where | None) -> Iterator[Session]:
    """Open the store that was named, else the state folder, where there is one.

    Raises:
        InvalidError: neither is there.
    """
    where = where or Where()
    home = state_folder(os.environ)
    if where == Where() and not home.is_dir():
        raise InvalidError(
            f"no store is named and there is no state folder {home}",
            f"`crosstrial run FILE` makes one; or name a store by --store or ${STORE}, or a"
            " cluster by --context",
        )
    with open_place(where) as session:
        yield session


def local_mode(uri: str | None) -> LocalMode:
    """Return local mode on the state folder, on its own store or a given one."""
    return LocalMode(state_folder(os.environ), uri=uri)
