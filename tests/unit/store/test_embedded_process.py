"""Which server is chosen, and how it is told to listen nearby and to lose nothing."""

from __future__ import annotations

import socket
import sysconfig
from itertools import pairwise
from pathlib import Path

import pytest

from crosstrial.spec.errors import InvalidError
from crosstrial.store.embedded_process import (
    COMMANDS,
    DATA_FLAGS,
    PORTS,
    free_port,
    installed_program,
    is_free,
)

MONGOD, SECANTUS = "mongod", "secantusd-py"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Folders for programs: of this interpreter's environment, and on the PATH; both empty."""
    scripts, path = tmp_path / "scripts", tmp_path / "path"
    for folder in (scripts, path):
        folder.mkdir()
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(scripts))
    monkeypatch.setenv("PATH", str(path))
    return scripts, path


def install(folder: Path, program: str) -> None:
    (folder / program).write_text("#!/bin/sh\n")
    (folder / program).chmod(0o755)


@pytest.mark.parametrize(
    ("scripts", "path", "known", "chosen"),
    [
        pytest.param([SECANTUS], [], None, SECANTUS, id="what pip installed"),
        pytest.param([], [SECANTUS], None, SECANTUS, id="installed for the user"),
        pytest.param([SECANTUS], [MONGOD], None, MONGOD, id="a real one is preferred"),
        pytest.param([SECANTUS], [MONGOD], SECANTUS, SECANTUS, id="data stay with their program"),
    ],
)
def test_the_program_is_chosen(
    place: tuple[Path, Path], scripts: list[str], path: list[str], known: str | None, chosen: str
) -> None:
    for folder, programs in zip(place, (scripts, path), strict=True):
        for program in programs:
            install(folder, program)
    assert installed_program(known) == chosen


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (None, r"pip install 'crosstrial\[local\]'"),
        (SECANTUS, r"pip install 'crosstrial\[local\]'"),
        (MONGOD, "written by mongod"),
    ],
)
def test_a_missing_program_is_the_users_to_install(
    place: tuple[Path, Path], known: str | None, says: str
) -> None:
    if known == MONGOD:
        install(place[0], SECANTUS)
    with pytest.raises(InvalidError, match=says):
        installed_program(known)


@pytest.mark.parametrize("program", COMMANDS)
def test_a_command_serves_the_folder_on_the_loopback_interface(
    program: str, tmp_path: Path
) -> None:
    command = COMMANDS[program]("/bin/server", tmp_path / "data", 27_017)
    told = dict(pairwise(command))
    assert told[DATA_FLAGS[program]] == str(tmp_path / "data")
    assert told["--port"] == "27017"
    assert "127.0.0.1" in command


def test_the_embedded_server_syncs_every_commit(tmp_path: Path) -> None:
    assert "--sync-on-commit" in COMMANDS[SECANTUS]("server", tmp_path / "data", 27_017)


def test_a_port_is_free_until_somebody_listens() -> None:
    port = free_port()
    assert port in PORTS
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
