"""Shares of memory, and what Linux says of processes."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from crosstrial_trial.limits import OomWatch, child_bytes, usage

MEBIBYTE = 1 << 20


@pytest.mark.parametrize(
    ("memory", "children", "expected"),
    [
        pytest.param(1024, 1, 768, id="one child"),
        pytest.param(1056, 2, 400, id="two children"),
        pytest.param(200, 1, 0, id="less than the worker itself needs"),
    ],
)
def test_children_share_what_the_worker_leaves(memory: int, children: int, expected: int) -> None:
    assert child_bytes(memory * MEBIBYTE, children) == expected * MEBIBYTE


def test_usage_sees_memory_that_is_written_to() -> None:
    before = usage(os.getpid())
    held = np.ones(64 * MEBIBYTE // 8)
    after = usage(os.getpid())
    assert before is not None
    assert after is not None
    assert after.anonymous_bytes - before.anonymous_bytes > 60 * MEBIBYTE
    assert after.peak_bytes >= after.anonymous_bytes
    assert after.cpu_seconds >= before.cpu_seconds > 0
    assert held.any()


def test_a_process_that_is_gone_uses_nothing() -> None:
    assert usage(2**22 + 1) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "low 0\nhigh 0\nmax 3\noom 1\noom_kill {}\noom_group_kill 0\n", id="version 2"
        ),
        pytest.param("oom_kill_disable 0\nunder_oom 0\noom_kill {}\n", id="version 1"),
    ],
)
def test_a_kill_for_memory_is_noticed_once(tmp_path: Path, text: str) -> None:
    counter = tmp_path / "events"
    counter.write_text(text.format(2))
    watch = OomWatch((tmp_path / "absent", counter))
    assert not watch.happened()
    counter.write_text(text.format(3))
    assert watch.happened()
    assert not watch.happened()


def test_without_a_counter_nothing_is_noticed(tmp_path: Path) -> None:
    assert not OomWatch((tmp_path / "absent",)).happened()
