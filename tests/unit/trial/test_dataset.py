"""The node's cache of data sets: fetched once, whole or not there, never trusted half-made."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.store.protocol import NotFoundError, RefusedError
from crosstrial_trial.dataset import UnusableDataSetError, ready_dataset
from crosstrial_trial.process import ProcessError
from crosstrial_trial.wire import Prepared

DIGEST = "d" * 64


class Source:
    """Counts fetches; writes or raises."""

    def __init__(self, error: Exception | None = None) -> None:
        self.fetches = 0
        self.error = error

    def __call__(self, path: Path) -> None:
        self.fetches += 1
        if self.error is not None:
            raise self.error
        path.write_text("canonical")


def prepare(file: Path | None, folder: Path) -> Prepared:
    """Stand in for the process that converts."""
    if file is not None:
        (folder / "arrays").write_text(file.read_text())
    assert (folder / "arrays").read_text() == "canonical"
    return Prepared(splits_digest="s")


def refuse(file: Path | None, folder: Path) -> Prepared:
    return Prepared(error="it has one row")


def test_it_is_fetched_once_and_found_again(tmp_path: Path) -> None:
    source = Source()
    for _ in range(3):
        ready = ready_dataset(DIGEST, tmp_path, fetch=source, prepare=prepare)
        assert ready.splits_digest == "s"
        assert (ready.folder / "arrays").read_text() == "canonical"
    assert source.fetches == 1
    assert list(tmp_path.iterdir()) == [ready.folder]


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(NotFoundError("it is not in this store"), id="unknown"),
        pytest.param(RefusedError("it is not in this store as it was"), id="damaged"),
    ],
)
def test_what_the_store_does_not_have_is_unusable(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(UnusableDataSetError, match="not in this store"):
        ready_dataset(DIGEST, tmp_path, fetch=Source(error), prepare=prepare)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_prepared_is_unusable_and_not_kept(tmp_path: Path) -> None:
    with pytest.raises(UnusableDataSetError, match="one row"):
        ready_dataset(DIGEST, tmp_path, fetch=Source(), prepare=refuse)
    assert list(tmp_path.iterdir()) == []


def test_a_cached_folder_that_cannot_be_used_is_made_anew(tmp_path: Path) -> None:
    def prepare_if_whole(file: Path | None, folder: Path) -> Prepared:
        if file is None and not (folder / "arrays").exists():
            raise ProcessError("FileNotFoundError: arrays")
        return prepare(file, folder)

    folder = ready_dataset(DIGEST, tmp_path, fetch=Source(), prepare=prepare).folder
    (folder / "arrays").unlink()
    source = Source()
    healed = ready_dataset(DIGEST, tmp_path, fetch=source, prepare=prepare_if_whole)
    assert (healed.folder / "arrays").read_text() == "canonical"
    assert source.fetches == 1


def test_two_workers_of_a_node_share_what_the_quicker_one_made(tmp_path: Path) -> None:
    def prepare_slowly(file: Path | None, folder: Path) -> Prepared:
        if file is not None:
            ready_dataset(DIGEST, tmp_path, fetch=Source(), prepare=prepare)
        return prepare(file, folder)

    slow = ready_dataset(DIGEST, tmp_path, fetch=Source(), prepare=prepare_slowly)
    assert (slow.folder / "arrays").read_text() == "canonical"
    assert list(tmp_path.iterdir()) == [slow.folder]
