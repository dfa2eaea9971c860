"""`crosstrial controller`: the loop that drives every experiment of a store."""

from __future__ import annotations

import os
import signal
import threading
from types import FrameType
from typing import Annotated

import typer

from crosstrial.cli.options import StoreOption
from crosstrial.cli.stores import local_mode
from crosstrial.client.local import LocalMode
from crosstrial.loop.telemetry import log_to_stderr
from crosstrial.spec.errors import ConflictError

LEAD_SECONDS = 1.0
IN_POD = "KUBERNETES_SERVICE_HOST"  # every pod has it, unless it asks to have none


def controller(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Look and act once; what it starts keeps running.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Drive every experiment of a store.

    Inside a pod, batches are Jobs of its cluster, and the store must be named. Elsewhere they are
    processes of this machine: this one waits while another leads the state folder. Those of other
    folders on the same store each run their own batches. SIGTERM and Ctrl-C stop it; what runs
    keeps running and is taken over by the next one. Logs are JSON lines on standard error.
    """
    stop = threading.Event()
    _stop_on_signals(stop)
    if os.environ.get(IN_POD):
        _drive_cluster(store, stop, once=once)
    else:
        _drive_machine(store, stop, once=once)


def _drive_cluster(store: str | None, stop: threading.Event, *, once: bool) -> None:
    # The extra `controller` brings what this needs.
    from crosstrial.client.cluster import ClusterMode  # noqa: PLC0415

    log_to_stderr()
    with ClusterMode(store, os.environ) as cluster:
        if once:
            cluster.tick_once()
        else:
            cluster.run(stop)


def _drive_machine(store: str | None, stop: threading.Event, *, once: bool) -> None:
    with local_mode(store) as local:
        log_to_stderr()
        if once:
            _tick_once(local)
            return
        while not stop.is_set() and not local.lead():
            stop.wait(LEAD_SECONDS)
        local.controller.run(stop)


def _tick_once(local: LocalMode) -> None:
    if not local.lead():
        raise ConflictError(
            f"another controller leads {local.home}", "stop it, or leave the work to it"
        )
    local.controller.tick()


def _stop_on_signals(stop: threading.Event) -> None:
    def note(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, note)
