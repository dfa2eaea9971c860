"""Pydantic's errors in plain words: what is there, what must be there, and what to write."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic_core import ErrorDetails

from crosstrial.spec.errors import InvalidError, InvalidKeyError
from crosstrial.spec.grammar import Spot
from crosstrial.spec.node import compact_json
from crosstrial.spec.wording import choice, described, either

# What a key that is missing may look like.
EXAMPLES = {
    "apiVersion": "crosstrial/v1",
    "kind": "Experiment",
    "metadata": "{name: my-experiment}",
    "name": "a-name",
    "dataGroups": '{small: ["sklearn:iris"]}',
    "modelGroups": "{kernels: [{model: sklearn.svm.SVC}]}",
    "applications": "{small: [kernels]}",
    "runsPerPair": "60",
    "model": "sklearn.svm.SVC",
    "uri": "./table.csv",
    "target": "a-column",
    "values": "[1, 2]",
    "folds": "3",
}
TYPES = {
    "string_type": "a string",
    "int_type": "an integer",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
BOUNDS = {
    "greater_than": ("greater than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}
# The words in what pydantic expects: 'auto', True or False
EXPECTED = re.compile(r"'([^']*)'|\b(True|False)\b")


def in_plain_words(place: Spot, details: ErrorDetails) -> InvalidError:
    """Return one of pydantic's errors as users read it, with a remedy."""
    kind = details["type"]
    if kind in TYPES:
        return _wrong_type(place, details)
    if kind in BOUNDS:
        return _out_of_bounds(place, details)
    if kind in OTHERS:
        return OTHERS[kind](place, details)
    return InvalidError(details["msg"], at=place.at)


def _wrong_type(place: Spot, details: ErrorDetails) -> InvalidError:
    wanted, value = TYPES[details["type"]], details["input"]
    message = f"must be {wanted}, not {described(value)}"
    if value is None:
        return InvalidError(message, "fill it in, or leave the key out", at=place.at)
    # A point is the one mapping that has a word for it.
    if place.at[-2:-1] == ("points",):
        return InvalidError(message, "write `default`, or such as {C: 1.0}", at=place.at)
    return InvalidError(message, REWRITTEN[wanted](value), at=place.at)


def _as_integer(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return f"write {int(value)}"
    return "write digits such as 3, without quotes"


def _as_string(value: Any) -> str:
    if isinstance(value, list | dict):
        return "write a word"
    return f'write "{compact_json(value)}" in quotes'


def _as_list(value: Any) -> str:
    if isinstance(value, dict):
        return "begin each item with a hyphen, or write [one, two]"
    return f"write [{value if isinstance(value, str) else compact_json(value)}]"


REWRITTEN: dict[str, Callable[[Any], str]] = {
    "a string": _as_string,
    "an integer": _as_integer,
    "a number": lambda _: "write a number such as 0.5, without quotes",
    "true or false": lambda _: "write true or false, without quotes",
    "a list": _as_list,
    "a mapping": lambda _: "write {key: value}",
}


def _out_of_bounds(place: Spot, details: ErrorDetails) -> InvalidError:
    words, key = BOUNDS[details["type"]]
    bound = f"{words} {details['ctx'][key]:g}"
    message = f"must be {bound}, not {described(details['input'])}"
    return InvalidError(message, f"choose a number {bound}", at=place.at)


def _missing(place: Spot, _: ErrorDetails) -> InvalidError:
    key = str(place.at[-1])
    return InvalidError("is missing", f"add `{key}: {EXAMPLES.get(key, '...')}`", at=place.at)


def _unknown_key(place: Spot, _: ErrorDetails) -> InvalidError:
    key = str(place.at[-1])
    return InvalidKeyError("is no known key", choice(key, place.siblings), at=place.at)


def _unknown_word(place: Spot, details: ErrorDetails) -> InvalidError:
    """A value that is not one of a few words."""
    words = [a or b.lower() for a, b in EXPECTED.findall(details["ctx"]["expected"])]
    return _not_among(place, details["input"], words)


def _unknown_alternative(place: Spot, details: ErrorDetails) -> InvalidError:
    """A `source`, `kind` or `distribution` that is none of those that there are."""
    context = details["ctx"]
    key = context["discriminator"].strip("'")
    words = [word for word, _ in EXPECTED.findall(context["expected_tags"])]
    return _not_among(Spot((*place.at, key), ()), context["tag"], words)


def _not_among(place: Spot, value: object, words: list[str]) -> InvalidError:
    message = f"must be {either(words)}, not {described(value)}"
    return InvalidError(message, choice(str(value), words), at=place.at)


def _no_alternative(place: Spot, details: ErrorDetails) -> InvalidError:
    key = details["ctx"]["discriminator"].strip("'")
    if key == "distribution":
        return InvalidError(
            "has neither `distribution` nor `oneOf`",
            "write {distribution: int_uniform, min: 1, max: 9}, or a bare value for a constant",
            at=place.at,
        )
    return InvalidError("is missing", f"add `{key}: ...`", at=(*place.at, key))


OTHERS: dict[str, Callable[[Spot, ErrorDetails], InvalidError]] = {
    "missing": _missing,
    "extra_forbidden": _unknown_key,
    "literal_error": _unknown_word,
    "union_tag_invalid": _unknown_alternative,
    "union_tag_not_found": _no_alternative,
}
