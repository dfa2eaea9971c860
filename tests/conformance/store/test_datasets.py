"""A data set is stored once and comes back as it was, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.store.protocol import NotFoundError, RefusedError, Store
from support.store_backends import Backend

DIGEST = "d" * 64


def test_a_file_comes_back_as_it_was(store: Store, data_file: Path, tmp_path: Path) -> None:
    assert not store.has_dataset(DIGEST)
    store.put_dataset(DIGEST, data_file)
    assert store.has_dataset(DIGEST)
    target = tmp_path / "cache" / "new" / "data.parquet"
    store.get_dataset(DIGEST, target)
    assert target.read_bytes() == data_file.read_bytes()
    assert list(target.parent.iterdir()) == [target]


def test_an_empty_file_comes_back(store: Store, tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.touch()
    store.put_dataset(DIGEST, source)
    store.get_dataset(DIGEST, target)
    assert target.read_bytes() == b""


def test_the_first_file_of_a_digest_stays(
    backend: Backend, data_file: Path, tmp_path: Path
) -> None:
    first = data_file.read_bytes()
    backend.store.put_dataset(DIGEST, data_file)
    data_file.write_bytes(b"the same content, written by another version of the file's writer")
    backend.store.put_dataset(DIGEST, data_file)
    backend.store.get_dataset(DIGEST, tmp_path / "target")
    assert (tmp_path / "target").read_bytes() == first
    assert backend.count_files() == 1


def test_a_file_that_is_there_is_replaced(store: Store, data_file: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"half a file of a killed worker")
    store.put_dataset(DIGEST, data_file)
    store.get_dataset(DIGEST, target)
    assert target.read_bytes() == data_file.read_bytes()


def test_an_unknown_data_set_is_told_and_leaves_nothing(store: Store, tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match=DIGEST):
        store.get_dataset(DIGEST, tmp_path / "target")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_file_is_told_and_leaves_nothing(
    backend: Backend, data_file: Path, tmp_path: Path
) -> None:
    backend.store.put_dataset(DIGEST, data_file)
    backend.damage_files()
    with pytest.raises(RefusedError, match=f"{DIGEST} is damaged"):
        backend.store.get_dataset(DIGEST, tmp_path / "cache" / "target")
    assert list((tmp_path / "cache").iterdir()) == []
