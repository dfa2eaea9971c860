"""A local executor with workers made for tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.arena import wait_for
from support.executors import (
    LocalHarness,
    Scratch,
)


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    folder = tmp_path / "scratch"
    folder.mkdir()
    return Scratch(folder)


@pytest.fixture
def harness(tmp_path: Path, scratch: Scratch) -> Iterator[LocalHarness]:
    made = LocalHarness(tmp_path / "batches", scratch.folder)
    yield made
    made.close()
    wait_for(lambda: scratch.alive == 0, "nothing of any worker is left")
