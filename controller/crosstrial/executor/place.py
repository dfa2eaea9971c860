"""A state folder's place: how its batches are told from those of other controllers of a store."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress
from pathlib import Path


def local_place(home: Path) -> str:
    """Return what a state folder is called, for good: it is made up once and kept inside."""
    kept = home / "place"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        made = home / f"place.{secrets.token_hex(4)}"
        made.write_text(f"{socket.gethostname()}:{home} ({secrets.token_hex(4)})")
        # Whoever is first has named it, and nobody reads half a name.
        with suppress(FileExistsError):
            os.link(made, kept)
        made.unlink()
    return kept.read_text()
