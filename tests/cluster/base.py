"""The base of all images: Debian with Python, made from Debian's packages instead of pulled."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from cluster.buildah import Buildah
from cluster.shell import run, say

# The same release and so the same Python as the base that the Containerfiles name.
_RELEASE = "bookworm"
PYTHON = "3.11"
# libstdc++6 is numpy's, libgomp1 is lightgbm's.
_PACKAGES = (
    "ca-certificates",
    "libgomp1",
    "libstdc++6",
    "python3",
    "python3-pip",
    "python3-venv",
)
_UNREAD = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*")


def base_image(builder: Buildah, scratch: Path) -> str:
    """Return the base image's name, having made it if the builder has none.

    Args:
        builder: whose image it is.
        scratch: a folder with room for it.

    Raises:
        ClusterError: Debian's packages are not reached, or are not to be unpacked here.
    """
    recipe = hashlib.sha256(repr((_RELEASE, _PACKAGES, _UNREAD)).encode()).hexdigest()[:12]
    reference = f"localhost/crosstrial-base:{recipe}"
    if builder.has(reference):
        return reference
    say("making the base image from Debian's packages")
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        archive = Path(folder) / "root.tar"
        run(
            *("mmdebstrap", "--quiet", "--variant=minbase", f"--include={','.join(_PACKAGES)}"),
            *(f"--dpkgopt=path-exclude={pattern}" for pattern in _UNREAD),
            *(_RELEASE, archive),
        )
        builder.add(reference, archive)
    return reference
