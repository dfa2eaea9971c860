"""The controller inside a cluster: a given store, Jobs for batches, probes for the kubelet.

Neighbours: `local` composes the same loop for one machine, `outside` is what users of a cluster
see of it. Nothing is kept here: what a pod of the controller knew, its successor reads from the
store and from the API server.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import structlog

from crosstrial.executor.kubernetes.account import account_uid
from crosstrial.executor.kubernetes.connect import connect
from crosstrial.executor.kubernetes.executor import KubernetesExecutor
from crosstrial.executor.kubernetes.settings import KubernetesSettings
from crosstrial.loop.controller import Controller
from crosstrial.loop.probes import ProbeServer, Pulse
from crosstrial.spec.errors import InvalidError
from crosstrial.store.connect import open_store
from crosstrial.store.protocol import StoreError

logger = structlog.get_logger(__name__)

PROBE_PORT = "CROSSTRIAL_PROBE_PORT"
DEFAULT_PROBE_PORT = "8080"
STORE_POLL_SECONDS = 2.0


class ClusterMode:
    """A controller that drives a store's experiments by Jobs in one namespace."""

    def __init__(self, uri: str | None, environment: Mapping[str, str]) -> None:
        """Read what the Deployment sets; nothing is contacted yet.

        Raises:
            InvalidError: no store is named, or a variable is missing or unusable.
        """
        if uri is None:
            raise InvalidError(
                "no store is named, and a controller in a cluster keeps none of its own",
                "set CROSSTRIAL_STORE in its Deployment, from the Secret crosstrial-store",
            )
        self._uri = uri
        self._settings = KubernetesSettings.from_environment(environment)
        self._port = _port(environment.get(PROBE_PORT) or DEFAULT_PROBE_PORT)
        self._environment = environment
        self._pulse = Pulse()

    def __enter__(self) -> Self:
        with ExitStack() as entered:
            entered.enter_context(ProbeServer(self._pulse, self._port))
            self.store = open_store(self._uri)
            entered.callback(self.store.close)
            api = connect(environment=self._environment)
            executor = KubernetesExecutor(api, self._settings, account=account_uid())
            entered.callback(executor.close)
            self._entered = entered.pop_all()
        self.controller = Controller(self.store, executor)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._entered.close()

    def run(self, stop: threading.Event) -> None:
        """Step until `stop` is set; what runs keeps running."""
        self._await_store(stop)
        while not stop.is_set():
            self._pulse.beat(well=self.controller.step())

    def tick_once(self) -> None:
        """Look and act once; what it starts keeps running.

        Raises:
            UnreachableError: the store does not answer.
            TemporaryExecutorError: the API server does not.
        """
        self.store.init()
        self.controller.tick()

    def _await_store(self, stop: threading.Event) -> None:
        """Make the store ready for use, however late it comes up.

        One that refuses is waited for too: its users may still have to be made. Ending would
        only have the kubelet start this again, later and later.
        """
        while not stop.is_set():
            try:
                self.store.init()
            except StoreError as error:
                logger.warning("the store is not ready, trying again", error=str(error))
            else:
                return
            self._pulse.beat(well=False)
            stop.wait(STORE_POLL_SECONDS)


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65_535):
        raise InvalidError(f"{PROBE_PORT} is {text!r}", "set a port number")
    return int(text)
