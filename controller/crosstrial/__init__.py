"""crosstrial: many kinds of models, each over its own space, compared across many data sets.

What is public in Python is loaded when it is first used, so that importing the package costs
nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crosstrial.analysis.columns import storable
    from crosstrial.client.client import Client
    from crosstrial.client.handle import ExperimentHandle
    from crosstrial.spec.errors import ConflictError, CrosstrialError, InvalidError
    from crosstrial.store.protocol import StoreError, UnreachableError

__all__ = [
    "Client",
    "ConflictError",
    "CrosstrialError",
    "ExperimentHandle",
    "InvalidError",
    "StoreError",
    "UnreachableError",
    "storable",
]

MODULES = {
    "Client": "crosstrial.client.client",
    "ConflictError": "crosstrial.spec.errors",
    "CrosstrialError": "crosstrial.spec.errors",
    "ExperimentHandle": "crosstrial.client.handle",
    "InvalidError": "crosstrial.spec.errors",
    "StoreError": "crosstrial.store.protocol",
    "UnreachableError": "crosstrial.store.protocol",
    "storable": "crosstrial.analysis.columns",
}


def __getattr__(name: str) -> Any:
    """Load what is public."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(MODULES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *MODULES})
