"""Wheels of everything that an image installs, fetched once by this machine's pip.

Inside a build there is no index: pip finds the same versions here that `constraints.txt` fixes.
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import tomllib
from pathlib import Path

from cluster.base import PYTHON
from cluster.shell import run, say

# What images install of the project; an extra that the project does not have yet adds nothing.
_EXTRAS = ("trial", "controller", "examples")
# Beside it: the embedded store, and what builds the project's own wheel.
_ALSO = ("SecantusDB", "hatchling")


def wheelhouse(checkout: Path, folder: Path) -> Path:
    """Return the folder of wheels that fits the checkout, fetching them if need be.

    Args:
        checkout: with pyproject.toml and constraints.txt.
        folder: where wheelhouses are kept.

    Raises:
        ClusterError: a package has no wheel, or the index is not reached.
    """
    project = tomllib.loads((checkout / "pyproject.toml").read_text())["project"]
    constraints = checkout / "constraints.txt"
    wanted = (*_requirements(project), *_ALSO)
    key = hashlib.sha256(repr((wanted, PYTHON)).encode() + constraints.read_bytes())
    complete = folder / f"wheels-{key.hexdigest()[:12]}"
    if complete.exists():
        return complete
    say("fetching wheels")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix="unfinished-") as unfinished:
        target = Path(unfinished) / "wheels"
        run(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", target),
            *("--only-binary=:all:", f"--python-version={PYTHON}", "--constraint", constraints),
            *wanted,
        )
        target.rename(complete)
    return complete


def _requirements(project: dict[str, object]) -> tuple[str, ...]:
    """Return the project's own requirements and those of the extras that images install."""
    name = str(project["name"])
    extras = project.get("optional-dependencies")
    found = list(_strings(project.get("dependencies")))
    for extra in _EXTRAS:
        found += _strings(extras.get(extra)) if isinstance(extras, dict) else []
    return tuple(line for line in found if not line.startswith(f"{name}["))


def _strings(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
