"""Seeds derived from what they are for, the same on every machine."""

from __future__ import annotations

import hashlib

from crosstrial.spec.node import Value, compact_json


def derived_seed(*parts: Value) -> int:
    """Return s(parts): the first 4 bytes, big-endian, of SHA-256 of the parts as compact JSON."""
    return int.from_bytes(_sha256(parts)[:4], "big")


def stream_seed(*parts: Value) -> int:
    """Return the whole SHA-256 of the parts as compact JSON, as one big-endian integer."""
    return int.from_bytes(_sha256(parts), "big")


def _sha256(parts: tuple[Value, ...]) -> bytes:
    return hashlib.sha256(compact_json(list(parts)).encode()).digest()
