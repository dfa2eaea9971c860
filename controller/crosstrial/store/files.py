"""Data files on their way in and out of a store: hashed, and never half written."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from crosstrial.store.protocol import NotFoundError, RefusedError

BLOCK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_checked(path: Path, blocks: Iterable[bytes], *, digest: str, sha256: str) -> None:
    """Write the blocks of a data set to `path`, whole and checked or not at all.

    Raises:
        RefusedError: they are not what was stored.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Beside `path`, because a rename within one file system is atomic.
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        found = _write(part, blocks)
        if found != sha256:
            raise damaged(digest, f"its sha256 is {found}, not {sha256}")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(part: Path, blocks: Iterable[bytes]) -> str:
    hashed = hashlib.sha256()
    with part.open("xb") as file:
        for block in blocks:
            hashed.update(block)
            file.write(block)
        # Else a power cut could leave an empty file under the checked name.
        file.flush()
        os.fsync(file.fileno())
    return hashed.hexdigest()


def damaged(digest: str, how: str) -> RefusedError:
    """Return the error for a data set whose file is not what was stored."""
    return RefusedError(
        f"data set {digest} is damaged in the store: {how}; restore the store from a backup, or"
        " remove this data set's document from `datasets` and submit the experiment again"
    )


def unknown(digest: str) -> NotFoundError:
    """Return the error for a data set that nobody has stored."""
    return NotFoundError(
        f"data set {digest} is not in this store; submit the experiment again to store it"
    )
