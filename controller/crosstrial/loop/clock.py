"""The loop's wall clock; decisions get the time as a parameter."""

from __future__ import annotations

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the current time with its zone."""
    return datetime.now(UTC)
