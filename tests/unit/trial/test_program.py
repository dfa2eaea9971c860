"""What a program writes comes by lines, and its end is told."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import closing
from pathlib import Path

import pytest

from crosstrial_trial import program as programs
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


BUSY = "import time\nwhile time.process_time() < 0.5: pass\n"
HELPER = "import subprocess, sys; h = subprocess.Popen([sys.executable, '-c', {!r}]); "


def test_a_program_has_ended_though_what_it_has_started_holds_its_output(tmp_path: Path) -> None:
    """What it wrote itself is read whole."""
    sleeper = HELPER.format("import time; time.sleep(600)")
    code = f"{sleeper}print(h.pid); sys.stdout.write('a' * 300_000 + '\\nend\\n')"
    helper, *written = lines(code, tmp_path)
    os.kill(int(helper), signal.SIGKILL)
    assert written == [b"a" * 300_000, b"end"]


def test_output_that_passes_through_what_it_has_started_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As in `exec > >(tee log)`: lines come when the program has ended, until the output has."""
    for bound in ("SILENT_SECONDS", "LATE_SECONDS"):
        monkeypatch.setattr(programs, bound, 60.0)
    relay = (
        "import os, sys, time; text = sys.stdin.read(); os.write(1, b'the first\\n');"
        " time.sleep(0.3); os.write(1, text.encode())"
    )
    code = (
        f"import os, subprocess, sys; h = subprocess.Popen([sys.executable, '-c', {relay!r}],"
        " stdin=subprocess.PIPE); os.write(h.stdin.fileno(), b'b' * 9 + b'\\nend'); os._exit(0)"
    )
    assert lines(code, tmp_path) == [b"the first", b"b" * 9, b"end"]


def test_half_a_line_is_none_while_something_holds_the_output(tmp_path: Path) -> None:
    """The other half may be of what was left behind."""
    sleeper = HELPER.format("import time; time.sleep(600)")
    pid, *written = lines(f"{sleeper}print(f'{{h.pid}}\\nwhole\\nhalf', end='')", tmp_path)
    os.kill(int(pid), signal.SIGKILL)
    assert written == [b"whole"]


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param("os.write(1, b'x\\n'); time.sleep(0.2)", id="now-and-again"),
        pytest.param("os.write(1, bytes(65536))", id="without-pause"),
    ],
)
def test_a_helper_that_never_ceases_to_write_is_left(
    deed: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(programs, "LATE_SECONDS", 0.5)
    helper = f"import os, time\nwhile True: {deed}"
    code = f"{HELPER.format(helper)}print(h.pid, flush=True)"
    program = Program([sys.executable, "-c", code], tmp_path / "trial.json")
    with closing(program):
        pid, *_ = program.lines()
    os.kill(int(pid), signal.SIGKILL)
    assert program.peak_mb > 0


def test_how_it_ended_is_told_beside_a_helper(tmp_path: Path) -> None:
    code = HELPER.format("import time; time.sleep(600)") + "sys.exit(f'helper {h.pid}.')"
    with pytest.raises(ProgramError, match="ended with exit code 1") as raised:
        lines(code, tmp_path)
    os.kill(int(str(raised.value).partition("helper ")[2].partition(".")[0]), signal.SIGKILL)


def test_core_seconds_are_those_of_a_wrapper_and_what_it_wraps(tmp_path: Path) -> None:
    code = (
        "import subprocess, sys; h = subprocess.Popen([sys.executable, '-c',"
        f" {BUSY + 'print(1, flush=True); input()'!r}], stdin=subprocess.PIPE);"
        " h.wait()"
    )
    with closing(Program([sys.executable, "-c", code], tmp_path / "trial.json")) as program:
        assert next(program.lines()) == b"1"
        assert program.cpu_seconds > 0.4  # told in hundredths


def test_core_seconds_stay_once_it_has_ended(tmp_path: Path) -> None:
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"
    with closing(Program([sys.executable, "-c", code], tmp_path / "trial.json")) as program:
        assert list(program.lines()) == []
        assert program.cpu_seconds > 0.4  # told in hundredths
