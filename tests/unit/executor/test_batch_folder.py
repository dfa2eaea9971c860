"""The files through which executor and launcher speak."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import slot_text
from crosstrial.executor.batch_folder import KEPT_LOG_BYTES, LOG_BYTES, BatchFolder, Job
from crosstrial.executor.diagnosis import End


@pytest.fixture
def folder(tmp_path: Path) -> BatchFolder:
    return BatchFolder(tmp_path)


def test_an_empty_folder_says_nothing(folder: BatchFolder) -> None:
    assert not folder.locked
    assert not folder.launched
    assert not folder.asked_to_stop
    assert not folder.ended
    assert (folder.pod(), folder.end(), folder.named(), folder.printed()) == (None,) * 4


def test_the_lock_is_seen_and_taken_once(folder: BatchFolder) -> None:
    lock = folder.try_lock()
    assert lock is not None
    assert folder.locked
    assert BatchFolder(folder.path).try_lock() is None
    os.close(lock)
    assert not folder.locked


@pytest.mark.parametrize("end", [End(None), End(Cause.CRASHED, "it was killed by SIGSEGV")])
def test_the_last_word_comes_back(folder: BatchFolder, end: End) -> None:
    folder.write_end(end)
    assert folder.ended
    assert folder.launched
    assert folder.end() == end
    assert abs((folder.finished() - datetime.now(UTC)).total_seconds()) < 60


def test_the_pod_comes_back(folder: BatchFolder) -> None:
    folder.write_pod("0a1b", "here")
    assert folder.launched
    assert folder.pod() == "0a1b"


def test_stop_where_nothing_is_does_nothing(tmp_path: Path) -> None:
    gone = BatchFolder(tmp_path / "gone")
    gone.ask_to_stop()
    assert not gone.path.exists()


def test_named_positions_are_those_in_the_slots(folder: BatchFolder) -> None:
    folder.termination_log.write_bytes(slot_text(12) + slot_text(None) + slot_text(4))
    assert folder.named() == (4, 12)


def test_a_job_comes_back() -> None:
    job = Job(
        batch="b-0",
        command=("python", "-m", "worker"),
        children=2,
        memory=1 << 30,
        deadline_seconds=620.5,
        grace_seconds=15.0,
    )
    assert Job.from_json(job.to_json()) == job


@pytest.mark.parametrize("size", [0, 10, LOG_BYTES])
def test_a_log_within_its_bound_is_left_alone(folder: BatchFolder, size: int) -> None:
    folder.log.write_bytes(b"x" * size)
    folder.shorten_log()
    assert folder.printed() == "x" * size


def test_a_long_log_keeps_its_end_and_says_so(folder: BatchFolder) -> None:
    with folder.log.open("ab", buffering=0) as writer:
        writer.write(b"x" * LOG_BYTES + b"the end\n")
        folder.shorten_log()
        writer.write(b"and more\n")
    text = folder.printed() or ""
    assert text.endswith("xthe end\nand more\n")
    assert text.startswith("[what was printed before this is cut]\n")
    assert len(text) < KEPT_LOG_BYTES + 100
