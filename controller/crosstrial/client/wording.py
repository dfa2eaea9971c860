"""Small texts of progress: durations and counted nouns."""

from __future__ import annotations

NOTHING = "-"


def duration(seconds: float | None) -> str:
    """Return a duration in its two largest units: `1 h 5 min`, `45 s`, `0.8 s`."""
    if seconds is None:
        return NOTHING
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole, 60, "min", "s")
    if whole < 86400:
        return _two(whole // 60, 60, "h", "min")
    return _two(whole // 3600, 24, "d", "h")


def _two(amount: int, base: int, large: str, small: str) -> str:
    high, low = divmod(amount, base)
    return f"{high} {large} {low} {small}" if low else f"{high} {large}"


def plural(count: int, noun: str) -> str:
    """Return `1 pair`, `2 pairs`, `3 batches`."""
    ending = "" if count == 1 else "es" if noun.endswith("h") else "s"
    return f"{count} {noun}{ending}"
