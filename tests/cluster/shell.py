"""Run a command to its end, say what it printed when it fails; wait for a condition."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from cluster.errors import ClusterError

_SHOWN_LINES = 25


def run(
    *command: str | Path,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
    stdin: str | None = None,
) -> str:
    """Run a command and return its standard output.

    Args:
        command: the program and its arguments.
        environment: variables beside those of this process.
        folder: where to run it.
        stdin: what it reads; nothing by default.

    Raises:
        ClusterError: it failed, or is not installed; the end of what it printed is in the message.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **(environment or {})},
            cwd=folder,
            input=stdin or "",
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise ClusterError(f"{command[0]} is not installed") from error
    if done.returncode != 0:
        printed = tail(f"{done.stdout}\n{done.stderr}")
        shown = " ".join(str(part) for part in command)
        raise ClusterError(f"`{shown}` failed with exit code {done.returncode}:\n{printed}")
    return done.stdout


def succeeds(*command: str | Path, seconds: float = 10) -> bool:
    """Say whether a command is there, ends in time and exits 0."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def tail(text: str) -> str:
    """Return the last lines of a text, indented."""
    lines = text.strip().splitlines()[-_SHOWN_LINES:]
    return "\n".join(f"  {line}" for line in lines)


def holds(condition: Callable[[], bool], seconds: float) -> bool:
    """Say whether a condition comes true before a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def wait_for(condition: Callable[[], bool], what: str, seconds: float) -> None:
    """Return when a condition holds.

    Raises:
        ClusterError: it did not hold within the deadline.
    """
    if not holds(condition, seconds):
        raise ClusterError(f"not within {seconds:.0f} s: {what}")


def say(message: str) -> None:
    """Tell the person who waits what happens now."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()
