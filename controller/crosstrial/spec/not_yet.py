"""What a document will be able to say and cannot yet: refused by its own name.

A line is removed here when the thing is built. Used by `type_errors`.
"""

from __future__ import annotations

from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location

KEYS = {
    "searches": "leave it out; a pair has one search",
}


def unavailable_key(at: Location) -> InvalidError | None:
    """Return what to say about an unknown key that will be known one day."""
    remedy = KEYS.get(str(at[-1]))
    return None if remedy is None else InvalidKeyError("is not available yet", remedy, at=at)
