"""What a plain YAML scalar means by the core schema of YAML 1.2 (section 10.3.2).

`on`, `off`, `yes`, `no` and dates are strings; `1e-3` is a float. Used by `yaml_text`.
"""

from __future__ import annotations

import math
import re

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUES = frozenset({"true", "True", "TRUE"})
FALSES = frozenset({"false", "False", "FALSE"})
INTEGER = re.compile(r"[-+]?[0-9]+")
OTHER_BASES = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")

LONGEST_INTEGER = 40  # characters; more can't be 64 bits, and int() is slow on thousands


def scalar(text: str) -> bool | int | float | str | None:
    """Return the value of a plain scalar.

    Raises:
        ValueError: a number that is not finite or doesn't fit into 64 bits.
    """
    if text in NULLS:
        return None
    if text in TRUES or text in FALSES:
        return text in TRUES
    if INTEGER.fullmatch(text):
        return _integer(text, 10)
    if OTHER_BASES.fullmatch(text):
        return _integer(text, 0)
    if NOT_FINITE.fullmatch(text):
        raise ValueError("must be a finite number")
    if FLOAT.fullmatch(text):
        return _float(text)
    return text


def _integer(text: str, base: int) -> int:
    number = int(text, base) if len(text) <= LONGEST_INTEGER else None
    if number is None or not -(2**63) <= number < 2**63:
        raise ValueError("is an integer of more than 64 bits")
    return number


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError("is larger than any 64-bit floating-point number")
    return number
