"""Whose fault it is that a file at an address is not read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import fsspec
import pytest
from fsspec.spec import AbstractFileSystem

from crosstrial.data.files import copy_file, read_bytes
from crosstrial.spec.errors import InvalidError, UnavailableError


class BusyGateway(AbstractFileSystem):  # type: ignore[misc]
    """Answers in HTML where its clients read JSON."""

    protocol = "busy"
    cachable = False

    def cat_file(self, *_args: object, **_options: object) -> NoReturn:
        raise json.JSONDecodeError("Expecting value", "<html>", 0)

    get_file = cat_file


@pytest.mark.parametrize("uri", ["busy://host/a.csv", "busy://me:secret@host:80/a.csv?b=c://d"])
def test_an_answer_that_is_not_understood_is_asked_for_again(uri: str, tmp_path: Path) -> None:
    fsspec.register_implementation("busy", BusyGateway, clobber=True)
    with pytest.raises(UnavailableError, match=r"Expecting value.*try again later"):
        read_bytes(uri, tmp_path)
    with pytest.raises(UnavailableError, match=r"Expecting value.*try again later"):
        copy_file(uri, tmp_path / "copy")


@pytest.mark.parametrize(
    "uri",
    [
        "http:///a",
        "http://host:port/a",
        "http://host:99999/a",
        "http://[::1/a",
        "http://a..b/a",
        "filecache::http://host:port/a",
    ],
)
def test_an_address_that_is_none_is_refused(uri: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidError, match=r"is refused: .*mend the address"):
        read_bytes(uri, tmp_path)
