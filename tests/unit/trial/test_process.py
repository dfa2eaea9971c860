"""A process of the pool as its parent reaches it."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psutil
import pytest

from crosstrial_trial.process import Process
from crosstrial_trial.removal import wait_for_removals

ANOTHERS = "/proc/version"  # nobody may change its mode


def litter(connection: Connection, _output: Connection, temporary: str, links: list[str]) -> None:
    for link in links:
        Path(temporary, Path(link).name).symlink_to(link)
    connection.send_bytes(temporary.encode())


def littered(*links: str) -> tuple[Process, Path]:
    """Return a process that has left symbolic links, and where."""
    context: Any = multiprocessing.get_context("fork")
    process = Process(context, litter, list(links))
    folder = process.wait_for_message()
    assert folder is not None
    return process, Path(os.fsdecode(folder))


def test_to_kill_a_process_that_is_gone_already_is_no_error() -> None:
    """The fork server has waited for it, and has not told its exit code yet."""
    gone = subprocess.Popen([sys.executable, "-c", "pass"])
    gone.wait()
    process = object.__new__(Process)
    process.pid = gone.pid
    process._process = SimpleNamespace(exitcode=None)  # type: ignore[assignment]
    process.kill()
    assert not psutil.pid_exists(gone.pid)


def test_its_folder_is_removed_and_nothing_that_a_link_names(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.touch(mode=0o640)
    process, folder = littered(str(kept), ANOTHERS)
    process.close()
    wait_for_removals()
    assert not folder.exists()
    assert kept.exists()


def test_what_cannot_be_removed_is_no_error_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in a folder that may not be written to, unless one is root."""
    kept = tmp_path / "kept"
    kept.touch(mode=0o640)
    process, folder = littered(str(kept), ANOTHERS)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(os, "unlink", refuse)
        process.close()
        wait_for_removals()
    left = sorted(path.name for path in folder.iterdir())
    shutil.rmtree(folder)
    assert left == ["kept", "version"]
    assert kept.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_takes_long_to_remove_holds_up_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    process, folder = littered()
    gate = threading.Event()
    remove = shutil.rmtree

    def slowly(*arguments: Any, **options: Any) -> None:
        gate.wait(timeout=2)
        remove(*arguments, **options)

    monkeypatch.setattr(shutil, "rmtree", slowly)
    process.close()
    assert folder.exists()
    gate.set()
    wait_for_removals()
    assert not folder.exists()
