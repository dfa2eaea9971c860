"""What a program writes comes by lines, and its end is told."""

from __future__ import annotations

import signal
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crosstrial_trial.program import Program, ProgramError


def lines(code: str, folder: Path) -> list[bytes]:
    with closing(Program([sys.executable, "-c", code], folder / "trial.json")) as program:
        return list(program.lines())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"a\n\nb\n", [b"a", b"", b"b"], id="an-empty-one"),
        pytest.param(b"a\nb", [b"a", b"b"], id="the-last-without-an-end"),
    ],
)
def test_lines_are_those_that_were_written(
    written: bytes, expected: list[bytes], tmp_path: Path
) -> None:
    assert lines(f"import os; os.write(1, {written!r})", tmp_path) == expected


def test_a_line_that_comes_in_many_pieces_is_one(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write('a' * 3_000_000 + '\\nb\\nc' + 'd' * 200_000)"
    assert lines(code, tmp_path) == [b"a" * 3_000_000, b"b", b"c" + b"d" * 200_000]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param(int(signal.SIGSEGV), "SIGSEGV", id="named"),
        pytest.param(signal.SIGRTMIN + 3, f"signal {signal.SIGRTMIN + 3}", id="real-time"),
    ],
)
def test_the_signal_that_ended_it_is_told(number: int, name: str, tmp_path: Path) -> None:
    with pytest.raises(ProgramError, match=f"was ended by {name}"):
        lines(f"import os; os.kill(os.getpid(), {number})", tmp_path)
