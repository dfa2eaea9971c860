"""The embedded server with real processes: users that come, go, crash and meet."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from crosstrial.spec.errors import InvalidError
from crosstrial.store import embedded_process
from crosstrial.store.connect import open_store
from crosstrial.store.embedded import EmbeddedServer
from crosstrial.store.protocol import Store, UnreachableError
from support.arena import TESTS, wait_for
from support.stored import UID, outcome

User = subprocess.Popen[str]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A state folder; what still runs in it afterwards is ended."""
    yield tmp_path / "store"
    for process in processes(tmp_path):
        process.kill()


def processes(folder: Path) -> list[psutil.Process]:
    """Return every process whose command line names the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if str(folder) in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:
            continue
    return found


def pid_of(folder: Path) -> int:
    return int(json.loads((folder / "server.json").read_text())["pid"])


def user(folder: Path, *arguments: str) -> User:
    return subprocess.Popen(
        [sys.executable, "-m", "support.server_user", str(folder), *arguments],
        env={**os.environ, "PYTHONPATH": str(TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told_pid(holder: User) -> int:
    assert holder.stdout is not None
    return int(holder.stdout.readline())


def test_the_last_user_stops_it_and_the_next_finds_port_and_data(folder: Path) -> None:
    server = EmbeddedServer(folder)
    uri = server.acquire()
    with closing(open_store(uri)) as store:
        store.insert_outcomes([outcome()])
    server.release()
    assert processes(folder) == []

    assert server.acquire() == uri
    with closing(open_store(uri)) as store:
        assert store.outcomes([outcome().id]) == [outcome()]
    server.release()
    server.release()
    assert processes(folder) == []


def test_it_is_out_of_reach_of_the_terminals_ctrl_c_and_of_other_machines(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.acquire()
    assert os.getsid(pid_of(folder)) != os.getsid(0)
    listening = [c for c in psutil.Process(pid_of(folder)).net_connections() if not c.raddr]
    assert {c.laddr.ip for c in listening} == {"127.0.0.1"}
    server.release()


def test_it_stays_for_the_second_user_when_the_first_leaves(folder: Path) -> None:
    server = EmbeddedServer(folder)
    uri = server.acquire()
    second = user(folder)
    assert told_pid(second) == pid_of(folder)
    server.release()
    with closing(open_store(uri)) as store:
        assert store.experiments() == []
    second.communicate(timeout=60)
    assert second.returncode == 0
    assert processes(folder) == []


def test_users_who_come_at_once_share_one_server(folder: Path) -> None:
    users = [user(folder) for _ in range(4)]
    assert {told_pid(one) for one in users} == {pid_of(folder)}
    assert len([p for p in processes(folder) if "server_user" not in " ".join(p.cmdline())]) == 1
    for one in users:
        one.communicate(timeout=60)
        assert one.returncode == 0
    assert processes(folder) == []


def test_a_killed_users_server_is_taken_over_and_stopped(folder: Path) -> None:
    killed = user(folder)
    pid = told_pid(killed)
    killed.kill()
    killed.communicate()
    assert psutil.pid_exists(pid)

    server = EmbeddedServer(folder)
    server.acquire()
    assert pid_of(folder) == pid
    server.release()
    assert processes(folder) == []


def test_a_server_whose_note_is_lost_is_found(folder: Path) -> None:
    first, second = EmbeddedServer(folder), EmbeddedServer(folder)
    uri = first.acquire()
    pid = pid_of(folder)
    (folder / "server.json").write_text('{"half')
    assert second.acquire() == uri
    assert pid_of(folder) == pid
    first.release()
    second.release()
    assert processes(folder) == []


def test_users_come_and_go_at_random_and_everybody_is_served(folder: Path) -> None:
    users = [user(folder, "6") for _ in range(3)]
    for one in users:
        one.communicate(timeout=120)
    assert [one.returncode for one in users] == [0, 0, 0]
    assert processes(folder) == []
    server = EmbeddedServer(folder)
    with closing(open_store(server.acquire())) as store:
        assert len(store.outcomes_of_batch(f"{UID}-0")) == 18
    server.release()


def test_what_was_acknowledged_survives_kill_9_of_the_server(folder: Path) -> None:
    server = EmbeddedServer(folder)
    uri = server.acquire()
    with closing(open_store(uri)) as store:
        store.init()
        acknowledged: list[str] = []
        writer = threading.Thread(target=write_until_it_fails, args=(store, acknowledged))
        writer.start()
        wait_for(lambda: len(acknowledged) >= 100, "a hundred outcomes are written")
        os.kill(pid_of(folder), signal.SIGKILL)
        writer.join(timeout=60)
        assert not writer.is_alive()

        server.ensure()
        found = {kept.id for kept in store.outcomes_of_batch(f"{UID}-0")}
        assert set(acknowledged) <= found
        assert len(found) <= len(acknowledged) + 10  # the bulk that was on its way
        store.insert_outcomes([outcome(10**6)])
    server.release()


def write_until_it_fails(store: Store, acknowledged: list[str]) -> None:
    index = 0
    while True:
        bulk = [outcome(index + n) for n in range(10)]
        try:
            store.insert_outcomes(bulk)
        except UnreachableError:
            return
        acknowledged += [one.id for one in bulk]
        index += len(bulk)


def test_a_server_that_runs_is_left_alone(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.acquire()
    pid = pid_of(folder)
    server.ensure()
    assert pid_of(folder) == pid
    server.release()


def test_another_program_on_its_port(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_process, "FREE_SECONDS", 0.2)
    server = EmbeddedServer(folder)
    uri = server.acquire()
    os.kill(pid_of(folder), signal.SIGKILL)
    port = json.loads((folder / "server.json").read_text())["port"]
    wait_for(lambda: embedded_process.is_free(port), "the server is gone")
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(UnreachableError, match=f"listens on its port {port}"):
            server.ensure()
        server.release()
        # Nobody knows the old port any more: the next user gets another.
        moved = server.acquire()
        assert moved != uri
        with closing(open_store(moved)) as store:
            assert store.experiments() == []
        server.release()


def test_a_folder_that_another_server_uses_is_refused_with_its_log(
    folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    (tmp_path / "elsewhere").symlink_to(folder)
    stranger = subprocess.Popen(
        [
            *(Path(sysconfig.get_path("scripts")) / "secantusd-py", "--port", "0"),
            *("--storage-path", str(tmp_path / "elsewhere" / "data")),
        ],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    wait_for((folder / "data" / "WiredTiger.turtle").exists, "the stranger is there")
    with pytest.raises(UnreachableError) as raised:
        EmbeddedServer(folder).acquire()
    assert "Device or resource busy" in str(raised.value)
    assert "no other server uses the folder" in str(raised.value)
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()

    server = EmbeddedServer(folder)
    server.acquire()
    server.release()


FAKE_MONGOD = """
import socket, sys
told = dict(zip(sys.argv[1:], sys.argv[2:]))
listener = socket.create_server((told["--bind_ip"], int(told["--port"])))
while True:
    listener.accept()[0].close()
"""
BROKEN_MONGOD = "raise SystemExit('No space left on device')"


@pytest.fixture
def mongod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that is first on the PATH and stands for a real server."""
    program = tmp_path / "bin" / "mongod"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\n{FAKE_MONGOD}")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def test_a_real_mongod_is_preferred_and_stays_with_its_folder(folder: Path, mongod: Path) -> None:
    server = EmbeddedServer(folder)
    uri = server.acquire()
    assert str(mongod) in psutil.Process(pid_of(folder)).cmdline()
    server.release()
    assert processes(folder) == []

    assert server.acquire() == uri
    server.release()
    mongod.unlink()
    with pytest.raises(InvalidError, match="written by mongod"):
        server.acquire()
    assert processes(folder) == []


def test_a_server_that_ends_at_once_is_told_with_its_last_words(folder: Path, mongod: Path) -> None:
    working = mongod.read_text()
    mongod.write_text(f"#!{sys.executable}\n{BROKEN_MONGOD}\n")
    server = EmbeddedServer(folder)
    with pytest.raises(UnreachableError, match=r"(?s)ended at once.*No space left on device"):
        server.acquire()
    mongod.write_text(working)
    server.acquire()
    server.release()
    assert processes(folder) == []
