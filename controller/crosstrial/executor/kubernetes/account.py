"""Whose token a controller in a pod has: what tells its cluster from others that share a store.

Namespaces and instances may be called alike in two clusters, and API servers have the same address
in all of them. The UID of a service account is nobody else's, and needs no right to be read.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

TOKEN = Path("/var/run/secrets/kubernetes.io/serviceaccount/token")
# Where tokens that are bound to a pod say it, and those of a Secret.
BOUND = ("kubernetes.io", "serviceaccount", "uid")
LASTING = ("kubernetes.io/serviceaccount/service-account.uid",)


def account_uid(token: Path = TOKEN) -> str | None:
    """Return the UID of a token's service account; None where there is none to be read.

    Nothing is decided by it but which batches are one's own, so its signature is not looked at.
    """
    try:
        _, claims, _ = token.read_text().split(".")
        told = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    except (OSError, ValueError):
        return None
    found = _inside(told, BOUND) or _inside(told, LASTING)
    return found if isinstance(found, str) else None


def _inside(told: Any, keys: tuple[str, ...]) -> Any:
    for key in keys:
        told = told.get(key) if isinstance(told, dict) else None
    return told
