"""Local mode: the controller, an embedded store and processes for batches, on this machine.

One state folder holds it all. Its first user leads and ticks; others watch, and take over
when the lead becomes free. What `kill -9` leaves running is adopted by the next user.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from crosstrial.client.awaited import awaited_elsewhere
from crosstrial.client.status import ExperimentStatus, StatusReader
from crosstrial.client.store_client import StoreClient
from crosstrial.domain import worker_exit
from crosstrial.domain.experiment import ExperimentState
from crosstrial.executor.local import LocalExecutor
from crosstrial.executor.place import local_place
from crosstrial.loop.clock import utc_now
from crosstrial.loop.controller import Controller
from crosstrial.loop.leader import FileLeader
from crosstrial.loop.telemetry import log_to_file
from crosstrial.store.connect import open_store, server_name
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.protocol import UnreachableError

HOME = "CROSSTRIAL_HOME"
POLL_SECONDS = 0.5
SILENCE_SECONDS = 60.0  # after which a store that does not answer is given up


def state_folder(environment: Mapping[str, str]) -> Path:
    """Return the folder of local mode: `CROSSTRIAL_HOME`, else `./.crosstrial`."""
    return Path(environment.get(HOME) or ".crosstrial").absolute()


def _short_digest(uri: str) -> str:
    """Tell stores apart by name: batches of one mean nothing to another."""
    return hashlib.sha256(uri.encode()).hexdigest()[:8]


class _GivenStore:
    """A store that somebody else runs: nothing to start, heal or stop."""

    def __init__(self, uri: str) -> None:
        self._uri = uri

    def acquire(self) -> str:
        return self._uri

    def ensure(self) -> None:
        pass

    def release(self) -> None:
        pass


class LocalMode:
    """A state folder in use: its server runs as long as somebody is inside."""

    def __init__(self, home: Path, *, uri: str | None = None) -> None:
        """Use the state folder `home` with its own server, or with the store of `uri`.

        Controllers of other state folders may share a given store: each runs its own batches
        and leaves those of the others alone.
        A folder has a controller, its lock and its batches for each store, whoever uses it.
        """
        self.home = home
        self._server: EmbeddedServer | _GivenStore = (
            EmbeddedServer(home / "store") if uri is None else _GivenStore(uri)
        )
        store = "" if uri is None else f"-{_short_digest(server_name(uri))}"
        self._batches = home / f"batches{store}"
        self._lock = home / f"controller{store}.lock"
        self._leader = FileLeader(self._lock)

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            entered.enter_context(log_to_file(self.home / "controller.log"))
            entered.callback(self._leader.resign)
            self.uri = self._server.acquire()
            entered.callback(self._server.release)
            self.store = open_store(self.uri)
            entered.callback(self.store.close)
            self.store.init()
            folder = local_place(self.home)
            self.executor = LocalExecutor(
                self._batches,
                environment=self._environment(),
                # A store by another address has other batches here, of which this sees nothing.
                place=f"{folder}, {self._batches.name}",
                former_place=folder,
            )
            entered.callback(self.executor.close)
            self._entered = entered.pop_all()
        self.client = StoreClient(self.store)
        self.controller = Controller(self.store, self.executor, heal=self._revive)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered.close()

    def _environment(self) -> dict[str, str]:
        """Return what a worker's environment adds to this process's own."""
        return {
            worker_exit.STORE: self.uri,
            worker_exit.CACHE: str(self.home / "cache"),
            worker_exit.ESTIMATOR_MODULES: os.environ.get(
                worker_exit.ESTIMATOR_MODULES, worker_exit.DEFAULT_ESTIMATOR_MODULES
            ),
        }

    def drive(self, name: str) -> Iterator[ExperimentStatus]:
        """Yield the status now and again until the experiment is at rest.

        Leads the folder's controller while its lock is free: all experiments of the folder
        advance, not this one alone.

        Raises:
            UnreachableError: the store has not answered for a minute.
        """
        uid = self.client.experiment(name).uid
        reader = StatusReader(self.store, uid)
        read_at, answered_at = 0.0, time.monotonic()
        while True:
            self._advance()
            if time.monotonic() - read_at < POLL_SECONDS:
                continue
            try:
                record = self.store.experiment(name)
                status = None if record is None else reader.read(record)
            except UnreachableError:
                if time.monotonic() - answered_at > SILENCE_SECONDS:
                    raise
                self._revive()
                continue
            if record is None or status is None or record.uid != uid:
                return
            read_at = answered_at = time.monotonic()
            yield status
            at_rest = record.state.ended and record.state is not ExperimentState.DELETING
            if at_rest and not status.live_batches:
                return

    def _revive(self) -> None:
        """Start the server again if it died; one that does not come back soon is no news here."""
        with suppress(UnreachableError):
            self._server.ensure()

    def has_controller(self) -> bool:
        """Whether some process leads this store's controller of the folder now, be it this one."""
        if self._leader.leading:
            return True
        probe = FileLeader(self._lock)
        free = probe.try_lead()
        probe.resign()
        return not free

    def lead(self) -> bool:
        """Take the folder's controller over if nobody leads it; return whether it is ours."""
        return self._leader.try_lead()

    def resign(self) -> None:
        """Let another process lead: this one does nothing for a while."""
        self._leader.resign()

    def _advance(self) -> None:
        if self._leader.try_lead():
            self.controller.step()
        else:
            time.sleep(POLL_SECONDS)

    def bring_to_rest(self, uid: str, tell: Callable[[str], None] = lambda _: None) -> None:
        """Tick until nothing of a cancelled or deleted experiment is left to end.

        Plans nothing new for others. A controller that leads already does the same by itself:
        then this only waits for it. `tell` hears of the batch of another place that is waited for.
        """
        self.controller.draining = True
        told = None
        try:
            while uid in self.store.unsettled_experiments() or self._at_work(uid):
                self._advance()
                if told is None:
                    told = awaited_elsewhere(self.store, uid, self.executor.own_places, utc_now())
                    if told is not None:
                        tell(told)
        finally:
            self.controller.draining = False

    def _at_work(self, uid: str) -> bool:
        return any(record.uid == uid for record in self.store.experiments_at_work())

    def drain(self) -> None:
        """End what runs, keep what it has finished; the next user goes on from there."""
        if not self._leader.leading:
            return
        while not self.controller.drain():
            pass
