"""The program: its help, its version, what it costs to start."""

from __future__ import annotations

import importlib
import inspect
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from crosstrial.cli.commands import COMMANDS
from crosstrial.cli.main import app

OFFERED = (
    *("init", "validate", "sample", "convert", "run", "submit", "list", "status", "watch", "wait"),
    *("explain", "datasets", "trials", "logs", "results", "compare", "reproduce", "pause"),
    *("resume", "cancel", "delete", "controller", "image", "store", "schema"),
)


def test_help_names_every_command() -> None:
    shown = CliRunner().invoke(app, ["--help"])
    assert shown.exit_code == 0
    assert tuple(COMMANDS) == OFFERED
    assert all(f"\n  {name} " in shown.output for name in OFFERED)


@pytest.mark.parametrize("name", OFFERED)
def test_every_command_explains_itself_as_the_list_does(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    entry = COMMANDS[name]
    target = getattr(importlib.import_module(f"crosstrial.cli.{entry.module}"), entry.target)
    if not isinstance(target, typer.Typer):
        assert (inspect.getdoc(target) or "").splitlines()[0] == entry.summary


def test_version_is_printed() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert shown.exit_code == 0
    assert shown.output.startswith("crosstrial 0.")


@pytest.mark.parametrize(
    "arguments",
    [
        ["bogus"],
        ["status"],
        ["sample", "x.yaml", "m", "-n", "many"],
        ["wait", "x", "--timeout", "2x"],
    ],
    ids=["no such command", "missing argument", "not a number", "not a duration"],
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 2
    assert "Error" in done.output


def test_help_loads_no_heavy_library_and_prints_no_control_character() -> None:
    script = (
        "import sys; from crosstrial.cli.main import app\n"
        "try: app(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'pandas', 'sklearn', 'pymongo', 'pyarrow', 'numpy'} & sys.modules.keys()\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "FORCE_COLOR": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
