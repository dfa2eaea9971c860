"""A process that runs a trial again ends with the context that it runs in."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from crosstrial.client import rerun
from crosstrial.client.rerun import LocalRunner

# It hears of no signal, and nobody reads all that it writes.
WRITER = """\
import signal

signal.signal(signal.SIGTERM, signal.SIG_IGN)
while True:
    print("x" * 1000, flush=True)
"""


def test_one_that_waits_for_a_reader_ends_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "endless_writer.py").write_text(WRITER)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(rerun, "REPLAY", "endless_writer")
    given = cast("Any", SimpleNamespace(position=0, batch=SimpleNamespace(id="b")))
    with LocalRunner("file:nothing")(given) as lines:
        assert next(lines).startswith("x")
