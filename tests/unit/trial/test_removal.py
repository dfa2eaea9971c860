"""What user code has made of a folder may make its removal fail, and nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from crosstrial_trial.removal import passing_folder

ANOTHERS = "/proc/version"  # nobody may change its mode


def test_a_folder_is_gone_afterwards() -> None:
    with passing_folder() as folder:
        (folder / "a").mkdir()
        (folder / "a" / "link").symlink_to(ANOTHERS)
    assert not folder.exists()


def test_a_folder_that_cannot_be_removed_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    kept.touch(mode=0o640)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError

    with monkeypatch.context() as patched, passing_folder() as folder:
        (folder / "kept").symlink_to(kept)
        (folder / "version").symlink_to(ANOTHERS)
        patched.setattr(os, "unlink", refuse)
    left = sorted(path.name for path in folder.iterdir())
    shutil.rmtree(folder)
    assert left == ["kept", "version"]
    assert kept.stat().st_mode & 0o777 == 0o640
