"""What Linux tells of processes."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from crosstrial.executor.processes import (
    anonymous_bytes,
    anonymous_share,
    descendants,
    kill,
    marked,
)

MIB = 1 << 20
WAITS = "import sys; print('up', flush=True); sys.stdin.read()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {WAITS!r}])"


@pytest.fixture
def tree() -> Iterator[subprocess.Popen[bytes]]:
    """A process with a child of its own; both end when their input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        env={**os.environ, "MARK": "of this test"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    yield process
    process.communicate()


def test_descendants_are_those_at_any_depth(tree: subprocess.Popen[bytes]) -> None:
    below = descendants(tree.pid)
    assert len(below) == 1
    assert set(descendants(os.getpid())) >= {tree.pid, *below}
    assert descendants(below[0]) == []


def test_a_mark_in_the_environment_is_inherited(tree: subprocess.Popen[bytes]) -> None:
    assert set(marked("MARK", "of this test")) == {tree.pid, *descendants(tree.pid)}
    assert marked("MARK", "of this") == []


def test_kill_ends_and_forgives(tree: subprocess.Popen[bytes]) -> None:
    below = descendants(tree.pid)
    kill(below)
    tree.wait(timeout=60)
    kill(below)
    assert marked("MARK", "of this test") == []


def test_anonymous_memory_is_what_a_process_has_written() -> None:
    before = anonymous_bytes(os.getpid()), anonymous_share(os.getpid())
    kept = bytearray(b"x") * (64 * MIB)
    after = anonymous_bytes(os.getpid()), anonymous_share(os.getpid())
    assert len(kept) == 64 * MIB
    for old, new in zip(before, after, strict=True):
        assert 48 * MIB < new - old < 80 * MIB


def test_what_two_processes_share_is_divided() -> None:
    kept = bytearray(b"x") * (64 * MIB)
    alone = anonymous_share(os.getpid())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writing)
        os.read(reading, 1)  # until the test is over
        os._exit(0)
    shared = anonymous_share(os.getpid())
    os.close(writing)
    os.waitpid(child, 0)
    os.close(reading)
    assert len(kept) == 64 * MIB
    assert alone - shared > 24 * MIB


def test_a_process_that_is_gone_has_no_memory() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert (anonymous_bytes(process.pid), anonymous_share(process.pid)) == (0, 0)
