"""What every module here raises when the cluster cannot be had; `__main__` prints it."""

from __future__ import annotations


class ClusterError(Exception):
    """What happened, to what, and what to do."""
