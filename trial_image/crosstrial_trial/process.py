"""A process of the fork server, seen from the parent: its messages, its output, its end."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import tempfile
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext
from multiprocessing.forkserver import ensure_running
from typing import Any

from crosstrial.domain import worker_exit
from crosstrial_trial.removal import remove
from crosstrial_trial.wire import MESSAGE_BYTES

PRELOAD = "crosstrial_trial.preload"
OUTPUT_BYTES = 16 << 10
SHOWN_CHARACTERS = 4 << 10
# How `faulthandler` begins a line that is long and says nothing of a crash's place.
MODULE_LIST = "Extension modules: "
READ_BYTES = 64 << 10  # as much as a pipe holds
READS_AT_ONCE = 8
THREAD_COUNTS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


class ProcessError(Exception):
    """A process ended without saying what it was started for."""


def fork_server(modules: Iterable[str]) -> ForkServerContext:
    """Start the server and return its context.

    Its processes begin with `modules` and all that the worker needs imported, and without what
    this process's environment says of the store.
    """
    os.environ.pop(worker_exit.STORE, None)
    os.environ.update(dict.fromkeys(THREAD_COUNTS, "1"))  # read when a library is imported
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([PRELOAD, *modules])
    ensure_running()  # so that it imports while the data set is fetched
    return context


class Process:
    """One process, and a folder of its own for what is temporary, which goes when it does.

    `target` is called with its ends of the connection and of the output, and with the folder.
    """

    def __init__(
        self, context: ForkServerContext, target: Callable[..., None], *arguments: Any
    ) -> None:
        self.connection, connection = context.Pipe()
        self.output, output = context.Pipe(duplex=False)
        os.set_blocking(self.output.fileno(), False)
        self._tail = b""
        # Here, since a process that is killed removes nothing.
        self._folder = tempfile.mkdtemp(prefix="crosstrial-child-")
        self._process = context.Process(
            target=target, args=(connection, output, self._folder, *arguments)
        )
        try:
            self._process.start()
        except BaseException:  # SIGTERM too: nobody will close it
            remove(self._folder)
            raise
        finally:
            connection.close()
            output.close()
        self.pid: int = self._process.pid or 0

    @property
    def sentinel(self) -> int:
        """Readable when the process has ended."""
        return self._process.sentinel

    @property
    def signalled(self) -> int | None:
        """The signal that ended the process, if one did."""
        code = self._process.exitcode
        return -code if code is not None and code < 0 else None

    def waitables(self) -> list[Connection | int]:
        """Return what tells that something has happened."""
        return [self.connection, self.sentinel, *([] if self.output.closed else [self.output])]

    def send(self, message: bytes) -> None:
        """Send a message; one that is dying does not hear it."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send_bytes(message)

    def receive(self) -> bytes | None:
        """Return a message; None when none can be had: the process is of no more use."""
        try:
            return self.connection.recv_bytes(MESSAGE_BYTES)
        except (EOFError, OSError):
            return None

    def wait_for_message(self) -> bytes | None:
        """Return the next message; None when it ends without."""
        while not {self.connection, self.sentinel} & set(wait(self.waitables())):
            self.read_output()
        return self.receive() if self.connection.poll() else None

    def read_output(self) -> None:
        """Keep the end of what it has printed so far, and come back from one that never ends."""
        for _ in range(READS_AT_ONCE):
            if self.output.closed:
                return
            try:
                text = os.read(self.output.fileno(), READ_BYTES)
            except BlockingIOError:
                return
            if not text:
                self.output.close()
            self._tail = (self._tail + text)[-OUTPUT_BYTES:]

    def take_output(self) -> str:
        """Return the end of what it has printed since the last call."""
        self.read_output()
        text, self._tail = self._tail.decode(errors="replace"), b""
        lines = [line for line in text.splitlines() if not line.startswith(MODULE_LIST)]
        return "\n".join(lines).strip()[-SHOWN_CHARACTERS:]

    def ending(self) -> str:
        """Say how it ended."""
        if self.signalled is not None:
            return f"its process was ended by {signal_name(self.signalled)}"
        return f"its process ended with exit code {self._process.exitcode}"

    def kill(self) -> None:
        """End the process and what it has started; `sentinel` tells when it is gone."""
        # The fork server knows of an end before it is told here: there may be nobody left.
        if self._process.exitcode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> None:
        """End it and wait for that."""
        self.kill()
        self._process.join()

    def close(self) -> None:
        """End it and release what it holds here."""
        self.end()
        self._process.close()
        self.connection.close()
        self.output.close()
        remove(self._folder)


def signal_name(number: int) -> str:
    """Return how a signal is called; real-time ones have no name but their number."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def answer_of(context: ForkServerContext, target: Callable[..., None], *arguments: Any) -> bytes:
    """Return the one message of a process that is started for it.

    Raises:
        ProcessError: it ended without; the message ends with how, after what it printed.
    """
    process = Process(context, target, *arguments)
    try:
        answer = process.wait_for_message()
        if answer is None:
            process.end()
            raise ProcessError(f"{process.take_output()}\n{process.ending()}".strip())
        return answer
    finally:
        process.close()
