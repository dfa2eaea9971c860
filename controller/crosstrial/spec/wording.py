"""How values are named in messages, and which known word a user may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

from crosstrial.spec.addresses import is_address, shown_address, without_credentials

LONGEST_SHOWN = 40
MOST_LISTED = 10


def described(value: Any) -> str:
    """Return what a value is in plain words: `the string 'ten'`, `a list`, `null`."""
    match value:
        case None:
            return "null"
        case bool():
            return f"the boolean {str(value).lower()}"
        case int() | float():
            return f"the number {number(value)}"
        case str():
            shown = shown_address(value) if is_address(value) else value
            return f"the string {shortened(repr(shown))}"
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def shortened(text: str) -> str:
    """Return a text that fits into a message, without the credentials of addresses.

    They are hidden first: of an address that is cut the end is not known, so nor is what is secret.
    """
    text = without_credentials(text)
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that is most like `word`, if one is like it at all."""
    spelled = {name.lower(): name for name in known}
    matches = get_close_matches(word.lower(), spelled, n=1, cutoff=0.6)
    return spelled[matches[0]] if matches else None


def choice(word: str, known: Iterable[str]) -> str:
    """Return the remedy for an unknown word: the one that may be meant, or those that there are."""
    names = list(known)
    meant = nearest(word, names)
    if meant is not None:
        return f"did you mean {meant}?"
    if len(names) > MOST_LISTED:
        return f"choose one such as {', '.join(names[:MOST_LISTED])}"
    return f"choose {either(names)}" if names else "there is none to choose"


def either(words: Sequence[str]) -> str:
    """Return `a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last


def number(value: float) -> str:
    """Return a number as people write it."""
    return f"{value:.15g}" if isinstance(value, float) else str(value)
