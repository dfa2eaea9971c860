"""A folder of its own in which a test runs the real command line, as a user would."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

TESTS = Path(__file__).parents[1]
CLI = Path(sys.executable).with_name("crosstrial")
DEADLINE_SECONDS = 120


class Arena:
    """A user's working folder with its state folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / ".crosstrial"
        self._started: list[subprocess.Popen[str]] = []

    @property
    def environment(self) -> dict[str, str]:
        """The environment of a user whose test module is on the allowlist."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("CROSSTRIAL_")}
        return {
            **kept,
            "CROSSTRIAL_ESTIMATOR_MODULES": "sklearn,support",
            "CROSSTRIAL_COMMANDS": sys.executable,
            "PYTHONPATH": str(TESTS),
            "NO_COLOR": "1",
        }

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.write_text(text)
        return path

    def cli(self, *arguments: str, timeout: float = DEADLINE_SECONDS) -> Any:
        """Run the command line to its end."""
        return subprocess.run(
            [CLI, *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command line in the background."""
        process = subprocess.Popen(
            [CLI, *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(process)
        return process

    def rows(self, name: str) -> list[dict[str, str]]:
        """Return the rows of `results NAME -o csv`."""
        done = self.cli("results", name, "-o", "csv")
        assert done.returncode == 0, done.stderr
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def trials(self, name: str) -> list[tuple[str, str, int]]:
        """Return model, data set and index of every row but the baseline's, sorted."""
        return sorted(
            (row["model"], row["dataset"], int(row["index"]))
            for row in self.rows(name)
            if row["model"] != "baseline"
        )

    def status(self, name: str) -> Any:
        done = self.cli("status", name, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def processes(self, *words: str) -> list[psutil.Process]:
        """Return the processes of this arena whose command line has all the words."""
        found = []
        for process in psutil.process_iter():
            try:
                line = " ".join(process.cmdline())
                mine = process.cwd().startswith(str(self.folder)) or str(self.folder) in line
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
            if mine and all(word in line for word in words):
                found.append(process)
        return found

    def close(self) -> None:
        """End everything that the test started here."""
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            process.communicate()
        for process in self.processes():
            process.kill()
        wait_for(lambda: not self.processes(), "processes of the arena are gone")


def wait_for(condition: Callable[[], Any], what: str, seconds: float = DEADLINE_SECONDS) -> Any:
    """Return the condition's first true value; fail with `what` after a deadline."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


@pytest.fixture
def arena(tmp_path: Path) -> Iterator[Arena]:
    """A fresh folder; whatever runs in it afterwards is ended."""
    place = Arena(tmp_path)
    yield place
    place.close()
