"""Where a worker has its data file from."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosstrial.store.memory import MemoryStore
from crosstrial.store.protocol import NotFoundError, UnreachableError
from crosstrial_trial.fetch import fetch
from support.registered import batch, outcome

ENDED = [outcome("forest")]


def a_batch(uri: str | None, digest: str = "0" * 64):  # type: ignore[no-untyped-def]
    return batch(0, ENDED, settled=False).model_copy(update={"data_uri": uri, "digest": digest})


def test_a_file_is_fetched_from_the_store_or_from_where_it_stays(tmp_path: Path) -> None:
    store, kept, there = MemoryStore(), tmp_path / "kept", tmp_path / "there"
    kept.write_bytes(b"in the store")
    there.write_bytes(b"elsewhere")
    store.put_dataset("0" * 64, kept)
    for uri, content in (
        (None, b"in the store"),
        (str(there), b"elsewhere"),
        (f"file://{there}", b"elsewhere"),
    ):
        fetch(store, a_batch(uri), tmp_path / "fetched")
        assert (tmp_path / "fetched").read_bytes() == content


def test_what_is_not_there_blocks_and_what_does_not_answer_is_tried_again(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no file"):
        fetch(MemoryStore(), a_batch(str(tmp_path / "none")), tmp_path / "fetched")
    with pytest.raises(UnreachableError, match="cannot be read"):
        fetch(MemoryStore(), a_batch("http://127.0.0.1:1/a.parquet"), tmp_path / "fetched")


def test_a_batch_tells_no_credentials_of_where_its_data_stay(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError) as raised:
        fetch(
            MemoryStore(),
            a_batch("http://me:secret@127.0.0.1:1/a.parquet?token=secret"),
            tmp_path / "fetched",
        )
    assert "http://me:***@127.0.0.1:1/a.parquet?token=***" in str(raised.value)
    assert "secret" not in str(raised.value)
