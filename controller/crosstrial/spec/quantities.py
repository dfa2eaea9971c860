"""Durations and Kubernetes quantities as they are written, in seconds, cores and bytes."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from crosstrial.spec.errors import InvalidError
from crosstrial.spec.wording import described

NUMBER = r"\d+(?:\.\d+)?"
DURATION = re.compile(rf"(?:({NUMBER})h)?(?:({NUMBER})m)?(?:({NUMBER})s?)?")
CORES = re.compile(rf"({NUMBER})(m?)")
BYTES = re.compile(rf"({NUMBER})([kMGT]|[KMGT]i)?")
UNITS = {None: 1, "k": 1000, "Ki": 1 << 10} | {
    unit: base**power
    for power, letter in enumerate("MGT", start=2)
    for unit, base in ((letter, 1000), (f"{letter}i", 1024))
}


def seconds(written: Any) -> float:
    """Return the seconds of `2h`, `1h30m`, `90s`, or of plain seconds.

    Raises:
        InvalidError: it is no duration.
    """
    match = DURATION.fullmatch(_text(written))
    if match is None or not any(match.groups()):
        raise InvalidError(
            f"must be a duration, not {described(written)}",
            "write hours, minutes and seconds such as 2h, 1h30m or 90s",
        )
    hours, minutes, rest = (float(group or 0) for group in match.groups())
    return 3600 * hours + 60 * minutes + rest


def cores(written: Any) -> float:
    """Return the cores of a Kubernetes quantity: `1`, `0.5`, `500m`.

    Raises:
        InvalidError: it is no such quantity, or zero.
    """
    match = CORES.fullmatch(_text(written))
    number = 0.0 if match is None else float(match[1]) / (1000 if match[2] else 1)
    if number <= 0:
        raise InvalidError(
            f"must be a number of cores, not {described(written)}",
            "write cores such as 2 or thousandths such as 500m",
        )
    return number


def byte_count(written: Any) -> int:
    """Return the bytes of a Kubernetes quantity: `1Gi`, `512Mi`, `1G`, or of plain bytes.

    Raises:
        InvalidError: it is no such quantity.
    """
    match = BYTES.fullmatch(_text(written))
    if match is None:
        raise InvalidError(
            f"must be an amount of memory, not {described(written)}",
            "write it without a blank, such as 512Mi or 4Gi",
        )
    return int(Fraction(match[1]) * UNITS[match[2]])


def shown_bytes(count: int) -> str:
    """Return bytes in the largest binary unit that is exact: `4Gi`, `1536Mi`."""
    for unit in ("Ti", "Gi", "Mi", "Ki"):
        if count and count % UNITS[unit] == 0:
            return f"{count // UNITS[unit]}{unit}"
    return str(count)


def _text(written: Any) -> str:
    """Return a number or string as text without an exponent; what is neither matches nothing."""
    if isinstance(written, float):
        return f"{Decimal(repr(written)):f}"
    if isinstance(written, bool) or not isinstance(written, int | str):
        return ""
    return str(written)
