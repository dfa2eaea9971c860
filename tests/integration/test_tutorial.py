"""The tutorial, command by command in a fresh folder: what it shows is what is printed.

Files are the blocks with a title, commands the lines after `$ ` (`> ` goes on). What follows them
is all that is printed, but for lines left out (`…`) and for what no two runs share, see `shared`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "tutorial.md").read_text()
BLOCKS = re.findall(
    r'^```(python|yaml|console)(?: title="([\w.]+)")?\n(.*?)^```', PAGE, re.M | re.S
)
COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)\n((?:(?!\$ ).*\n)*)", re.M)
LEFT_OUT = "…"
DURATION = re.compile(r"\d+(\.\d+)? (ms|s|min|h)\b( \d+ (s|min)\b)?")
SPEED = re.compile(r"\d+(\.\d+)? trials/(s|min|h)\b")
# Of a run that goes on: how fast it is, and when it will end.
UNFINISHED = re.compile(r"(?<= failed), (?!.*completed after).*$", re.M)
IDENTITY = re.compile(r"\b[0-9a-f]{10}\b")


@dataclass(frozen=True)
class Step:
    """A file of the page, or a command and what the page shows of its output."""

    text: str
    file: str | None = None
    shown: str = ""


def steps() -> Iterator[Step]:
    """Yield what the page has the reader do, in order."""
    for kind, title, body in BLOCKS:
        if title:
            yield Step(body, file=title)
        elif kind == "console":
            yield from _commands(body)


def _commands(body: str) -> Iterator[Step]:
    for command, shown in COMMAND.findall(body):
        yield Step(command.replace("\n> ", "\n"), shown=shown)


def shared(text: str) -> str:
    """Return what all readers see: times, speeds and identities masked, blanks as one."""
    for pattern in (UNFINISHED, SPEED, DURATION, IDENTITY):
        text = pattern.sub("*", text)
    return "".join(" ".join(line.split()) + "\n" for line in text.splitlines())


def stands_in(shown: str, printed: str) -> bool:
    """Whether the page shows what was printed, all of it but for what it leaves out."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == LEFT_OUT else re.escape(line) + "\n"
        for line in shared(shown).splitlines()
    )
    return re.fullmatch(pattern, shared(printed)) is not None


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """A reader's, with this Python and its commands first on the path, after `export PATH=…`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CROSSTRIAL_")}
    return {**kept, "PATH": f"{Path(sys.executable).parent}:{kept['PATH']}", "NO_COLOR": "1"}


@pytest.mark.timeout(900)
def test_every_command_prints_what_the_page_shows(
    tmp_path: Path, environment: Mapping[str, str]
) -> None:
    done = list(steps())
    assert len(done) > 20
    for step in done:
        if step.file:
            (tmp_path / step.file).write_text(step.text)
            continue
        ran = subprocess.run(
            ["bash", "-c", step.text],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        told = f"$ {step.text}\n{ran.stdout}"
        assert stands_in(step.shown, ran.stdout), told
        assert (ran.returncode != 0) == ("error: " in step.shown), told


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        pytest.param("a 1.5 s\n…\nc\n", "a 1 min 3 s\nb\nc\n", True, id="a time"),
        pytest.param("…\nb\n…\n", "a\nb\nc\n", True, id="what is left out"),
        pytest.param("svm  0.91\n", "svm 0.92\n", False, id="another score"),
        pytest.param("a\n", "a\nb\n", False, id="more is printed"),
        pytest.param("b\n", "a\nb\n", False, id="something comes before"),
        pytest.param("…\nb\n…\na\n", "a\nb\n", False, id="another order"),
        pytest.param("", "a\n", False, id="nothing is shown"),
    ],
)
def test_what_differs_is_noticed(shown: str, printed: str, alike: bool) -> None:
    assert stands_in(shown, printed) is alike
