"""What a state folder is called in a store that it shares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from crosstrial.executor.place import local_place


def test_a_folder_keeps_its_name_and_shares_it_with_none(tmp_path: Path) -> None:
    here, there = tmp_path / "a" / "here", tmp_path / "there"
    assert str(here) in local_place(here)
    assert local_place(here) == local_place(here)
    assert local_place(here) != local_place(there)


def test_a_folder_that_is_moved_keeps_its_name(tmp_path: Path) -> None:
    name = local_place(tmp_path / "old")
    (tmp_path / "old").rename(tmp_path / "new")
    assert local_place(tmp_path / "new") == name


def test_all_who_come_at_once_hear_the_same_name(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(local_place, [tmp_path] * 8))
    assert len(names) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["place"]
