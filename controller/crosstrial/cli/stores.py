"""Which store a command works on: the one it was given, else local mode's state folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from crosstrial.cli.options import STORE
from crosstrial.client.client import Client
from crosstrial.client.local import LocalMode, state_folder
from crosstrial.domain.batch import Batch
from crosstrial.spec.errors import InvalidError
from crosstrial.store.connect import open_store


@dataclass(frozen=True)
class Session:
    """A client on the chosen store; `local` when that is the state folder's own."""

    client: Client
    local: LocalMode | None = None

    @property
    def controller_runs(self) -> bool | None:
        """Whether a controller drives this store; None: not known from here."""
        return None if self.local is None else self.local.has_controller()

    def bring_to_rest(self, uid: str) -> None:
        """Locally, end what a cancelled or deleted experiment left; else its controller does."""
        if self.local is not None:
            self.local.bring_to_rest(uid)

    def log(self, batch: Batch) -> str:
        """Return what a batch has printed as far as it is kept."""
        live = None if self.local is None else self.local.executor.log(batch.id)
        if live is not None:
            return live
        return "" if batch.settlement is None else batch.settlement.log


@contextmanager
def open_session(uri: str | None) -> Iterator[Session]:
    """Open the store of `uri`, else the state folder, where there is one.

    Raises:
        InvalidError: neither is there.
    """
    if uri is not None:
        with open_client(uri) as client:
            yield Session(client)
        return
    home = state_folder(os.environ)
    if not home.is_dir():
        raise InvalidError(
            f"no store is named and there is no state folder {home}",
            f"`crosstrial run FILE` makes one; or name a store by --store or ${STORE}",
        )
    with LocalMode(home) as local:
        yield Session(local.client, local)


@contextmanager
def open_client(uri: str) -> Iterator[Client]:
    """Open a store by its URI for as long as the command runs."""
    store = open_store(uri)
    try:
        yield Client(store)
    finally:
        store.close()


def local_mode(uri: str | None) -> LocalMode:
    """Return local mode on the state folder, on its own store or a given one."""
    return LocalMode(state_folder(os.environ), uri=uri)
