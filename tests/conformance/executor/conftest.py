"""Every implementation of the executor's protocol, one after another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.arena import wait_for
from support.executors import Harness, LocalHarness, Scratch


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    """Where the test meets its workers."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    return Scratch(folder)


@pytest.fixture(params=[LocalHarness])
def harness(request: pytest.FixtureRequest, tmp_path: Path, scratch: Scratch) -> Iterator[Harness]:
    """One implementation; nothing of its workers may be left when it is closed."""
    made: Harness = request.param(tmp_path / "batches", scratch.folder)
    yield made
    made.close()
    wait_for(lambda: scratch.alive == 0, "nothing of any worker is left")
