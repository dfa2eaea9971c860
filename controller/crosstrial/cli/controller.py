"""`crosstrial controller`: the loop that drives every experiment of a store."""

from __future__ import annotations

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


def controller(
    *,
    once: Annotated[
        bool, typer.Option("--once", help="Look and act once; what it starts keeps running.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """Drive every experiment of a store.

    Batches are processes of this machine. Only one controller may drive a store: this one waits
    while another leads the state folder. SIGTERM and Ctrl-C stop it; what runs keeps running and
    is taken over by the next one. Logs are JSON lines on standard error.
    """
    stop = threading.Event()
    _stop_on_signals(stop)
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
