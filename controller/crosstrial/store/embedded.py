"""Local mode's server: a process of its own that runs as long as its folder has users.

Every user holds a shared lock on `server.lock`, which dies with it. Whoever leaves last stops the
server; one that a killed user left running is taken over by the next. It listens on the
loopback interface and asks for no password: everybody who may run programs on this machine may
use it. Neighbour: `embedded_process` starts, finds and stops the process.
"""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from crosstrial.store.embedded_process import (
    HOST,
    Server,
    becomes_free,
    find_server,
    free_port,
    installed_program,
    start_process,
    stop_process,
    wait_until_it_answers,
)
from crosstrial.store.protocol import UnreachableError

# A server that died is missed soon: it is nearby, and `ensure` brings it back.
OPTIONS = "directConnection=true&serverSelectionTimeoutMS=3000"


class EmbeddedServer:
    """The server of one folder, as one user of it sees it."""

    def __init__(self, folder: Path) -> None:
        # One spelling: the process is found by the folder in its command line.
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        self._log = self._folder / "server.log"
        self._noted = self._folder / "server.json"
        self._users = self._folder / "server.lock"
        self._user: int | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def acquire(self) -> str:
        """Become a user, start the server unless it runs, and return its URI.

        Raises:
            InvalidError: no server is installed.
            UnreachableError: it did not start; the message has the end of its log.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            if self._user is None:
                self._user = _lock(self._users, fcntl.LOCK_SH)
            try:
                port = self._run()
            except BaseException:
                self._leave()
                raise
        return f"mongodb://{HOST}:{port}/?{OPTIONS}"

    def ensure(self) -> None:
        """Start the server again, on its port, if it died.

        Raises:
            UnreachableError: it did not start, or another program has the port now.
        """
        with self._alone():
            known = self._known()
            if known is None or find_server(self._data, known) is not None:
                return
            if not becomes_free(known.port):
                raise UnreachableError(
                    f"the store in {self._data} died, and another program listens on its port"
                    f" {known.port} now; end that program, or run the command again"
                )
            self._start(known.program, known.port)

    def release(self) -> None:
        """Stop being a user; the last one stops the server."""
        if self._user is not None:
            with self._alone():
                self._leave()

    def _run(self) -> int:
        """Return the port of the server, which runs afterwards."""
        known = self._known()
        running = find_server(self._data, known)
        if running is not None:
            # Whoever started it may have been killed before it answered, or before it was noted.
            self._note(running)
            wait_until_it_answers(running, self._data, self._log)
            return running.port
        program = installed_program(None if known is None else known.program)
        port = known.port if known is not None and becomes_free(known.port) else free_port()
        self._start(program, port)
        return port

    def _start(self, program: str, port: int) -> None:
        if self._child is not None:
            self._child.poll()
        self._child = start_process(program, self._data, port, self._log)
        started = Server(program, port, self._child.pid)
        self._note(started)
        wait_until_it_answers(started, self._data, self._log)

    def _leave(self) -> None:
        """Give up the shared lock, and stop the server if nobody else holds it."""
        if self._user is not None:
            os.close(self._user)
            self._user = None
        with suppress(BlockingIOError), _holding(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB):
            running = find_server(self._data, self._known())
            if running is not None:
                stop_process(running, self._data)
            if self._child is not None:
                self._child.poll()

    def _known(self) -> Server | None:
        """Return what the last start noted."""
        try:
            return Server(**json.loads(self._noted.read_text()))
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def _note(self, server: Server) -> None:
        part = self._noted.with_suffix(".part")
        part.write_text(json.dumps(asdict(server)))
        part.replace(self._noted)

    def _alone(self) -> AbstractContextManager[None]:
        """Keep others from joining and leaving, and from starting and stopping the server."""
        return _holding(self._folder / "door.lock", fcntl.LOCK_EX)


@contextmanager
def _holding(path: Path, mode: int) -> Iterator[None]:
    descriptor = _lock(path, mode)
    try:
        yield
    finally:
        os.close(descriptor)


def _lock(path: Path, mode: int) -> int:
    """Lock a file and return the descriptor that holds the lock.

    Raises:
        BlockingIOError: it is taken, and `mode` says not to wait.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, mode)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor
