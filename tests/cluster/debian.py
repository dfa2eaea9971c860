"""Debian packages that are needed and not there."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from cluster.errors import ClusterError
from cluster.shell import run, say


def install(needed: Mapping[str, str]) -> None:
    """Install the packages whose file is missing.

    Args:
        needed: the package's name by a file of its that shows it is there.

    Raises:
        ClusterError: it is missing and this is no Debian, or apt-get failed.
    """
    missing = [package for file, package in needed.items() if not Path(file).exists()]
    if not missing:
        return
    if shutil.which("apt-get") is None:
        raise ClusterError(f"install these with your package manager: {', '.join(missing)}")
    say(f"installing {', '.join(missing)}")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-qq", environment=quiet)
    run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *missing, environment=quiet)
