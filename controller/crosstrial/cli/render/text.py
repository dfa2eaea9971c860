"""Small texts: numbers, moments, printable user text."""

from __future__ import annotations

import math
import re
from datetime import datetime
from enum import Enum

from crosstrial.client.wording import NOTHING

GAP = 2  # blanks between the columns of a table


def score(value: float | None) -> str:
    """Return a number to four significant digits, in full above that; `-` where there is none."""
    if value is None or math.isnan(value):
        return NOTHING
    return f"{value:.0f}" if 1000 <= abs(value) < 1e7 else f"{value:#.4g}"


def cell(value: object) -> str:
    """Return one cell of a table for reading."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, float):
        return score(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    if isinstance(value, Enum):
        return str(value.value)
    return printable(str(value))


def printable(text: str) -> str:
    """Return text with control characters spelled out, but for line ends and tabs."""
    return "".join(c if c.isprintable() or c in "\n\t" else repr(c)[1:-1] for c in text)


def folded(name: str, width: int) -> str:
    """Return a name broken after hyphens into lines of at most `width`, where that is enough."""
    lines = [""]
    for part in re.split(r"(?<=-)", name):
        if lines[-1] and len(lines[-1] + part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(lines)


def folded_width(name: str, width: int) -> int:
    """Return how wide a name is after folding."""
    return max(len(line) for line in folded(name, width).splitlines())
