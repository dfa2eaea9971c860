"""Logs as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from crosstrial.loop.telemetry import log_to_file


@pytest.fixture(autouse=True)
def _configuration() -> Iterator[None]:
    yield
    structlog.reset_defaults()


def test_every_line_is_an_object_and_lines_are_appended(tmp_path: Path) -> None:
    path = tmp_path / "new" / "controller.log"
    for number in range(2):
        with log_to_file(path):
            structlog.get_logger("x").info("batch settled", batch=f"b-{number}", lost="zwölf\n")
            structlog.get_logger("x").debug("not for operators")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["batch"] for line in lines] == ["b-0", "b-1"]
    assert {(line["event"], line["level"], line["lost"]) for line in lines} == {
        ("batch settled", "info", "zwölf\n")
    }
    assert all(line["timestamp"].endswith("Z") for line in lines)


def test_an_exception_is_part_of_its_line(tmp_path: Path) -> None:
    path = tmp_path / "controller.log"
    with log_to_file(path):
        try:
            int("broken")
        except ValueError:
            structlog.get_logger("x").exception("tick failed")
    (line,) = path.read_text().splitlines()
    assert "ValueError" in json.loads(line)["exception"]


def test_an_address_is_logged_without_what_gives_access(tmp_path: Path) -> None:
    path = tmp_path / "controller.log"
    with log_to_file(path):
        try:
            int("mongodb://me:secret@a/b")
        except ValueError:
            structlog.get_logger("x").exception("no https://h/a.csv?token=secret", code=1)
    (line,) = path.read_text().splitlines()
    told = json.loads(line)
    assert told["event"] == "no https://h/a.csv?token=***"
    assert "mongodb://me:***@a/b" in told["exception"]
    assert "secret" not in line
