"""From what a user wrote to the normal form: shorthands expanded, units and defaults filled in.

Plain values in, plain values out; every part keeps its place, so that mistakes found later
still point at the text. What is of a wrong type stays as it is: `shape` tells.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from crosstrial.spec.data_sets import openml_name
from crosstrial.spec.errors import InvalidError, Location
from crosstrial.spec.node import TASKS
from crosstrial.spec.quantities import byte_count, cores, seconds
from crosstrial.spec.wording import described

Plain: TypeAlias = Any
Change: TypeAlias = Callable[[Plain], Plain]

FILES = frozenset({"csv", "parquet"})
NUMBERED = frozenset({"openml", "openml-task", "openml-suite"})  # their IDs are numbers
GRID_LEVELS = 5  # of a continuous parameter
EACH = "*"  # in a pattern: every key or position
WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_")


def normal_form(document: dict[str, Plain]) -> tuple[dict[str, Plain], list[InvalidError]]:
    """Return the document in its normal form, and what could not be brought into it."""
    mistakes: list[InvalidError] = []
    normal = document
    for pattern, change in CHANGES.items():
        normal = _changed(normal, pattern, change, (), mistakes)
    return normal, mistakes


def data_set(written: Plain) -> Plain:
    """Expand `SOURCE:ID`; a data set's name is its ID unless it has another.

    A number alone would tell nothing, so OpenML's are named as `openml-61`.

    Raises:
        InvalidError: a text that is no such shorthand.
    """
    if isinstance(written, str):
        source, colon, identifier = written.partition(":")
        if not colon or not identifier or source in FILES:
            raise InvalidError(
                f"{described(written)} is not SOURCE:ID",
                "write sklearn:iris, or {name: churn, source: csv, uri: ./churn.csv,"
                " target: churned} for a file",
            )
        return _named({"source": source, "id": _identifier(source, identifier)})
    return _named(written) if isinstance(written, dict) else written


def _identifier(source: str, text: str) -> str | int:
    return int(text) if source in NUMBERED and text.isascii() and text.isdecimal() else text


def _named(written: dict[str, Plain]) -> dict[str, Plain]:
    source, identifier = written.get("source"), written.get("id")
    if isinstance(identifier, str):
        return {"name": identifier, **written}
    if isinstance(identifier, int) and source in NUMBERED:
        return {"name": openml_name(str(source), identifier), **written}
    return written


def model(written: Plain) -> Plain:
    """Fill in a model's name, write `default` as the empty point and bare values as constants."""
    if not isinstance(written, dict):
        return written
    normal = dict(written)
    classes = written.get("model")
    if isinstance(classes, dict) and len(classes) == 1:
        (classes,) = classes.values()
    if isinstance(classes, str):
        normal.setdefault("name", kebab_case(classes.rpartition(".")[2]))
    if isinstance(written.get("points"), list):
        normal["points"] = [{} if point == "default" else point for point in written["points"]]
    if isinstance(written.get("space"), dict):
        normal["space"] = {name: _parameter(value) for name, value in written["space"].items()}
    return normal


def epochs(written: Plain) -> Plain:
    """Write a bare number of epochs as their count.

    Raises:
        InvalidError: neither a number nor a mapping.
    """
    if isinstance(written, dict):
        return written
    if type(written) is not int:
        raise InvalidError(
            f"must be a number of epochs, not {described(written)}",
            "write such as `epochs: 30`, or `epochs: {count: 30, every: 2}`",
        )
    return {"count": written}


def kebab_case(name: str) -> str:
    """Return a class name in kebab-case: `KNeighborsClassifier`, `k-neighbors-classifier`."""
    return "-".join(word for word in WORDS.split(name) if word).lower()


def evaluation(written: Plain) -> Plain:
    """Fill in the kind of the outer splits, and the primary metrics by the first ones."""
    if not isinstance(written, dict):
        return written
    normal = dict(written)
    outer, metrics = written.get("outer"), written.get("metrics")
    # Folds without a kind are meant as k-fold: that they are not is told, not assumed.
    if isinstance(outer, dict) and "folds" not in outer:
        normal["outer"] = {"kind": "holdout", **outer}
    primary = written.get("primary", {})
    if isinstance(metrics, dict) and isinstance(primary, dict):
        firsts = {task: metrics[task][0] for task in TASKS if _has_first(metrics.get(task))}
        normal["primary"] = {**firsts, **primary}
    return normal


def _has_first(metrics: Plain) -> bool:
    return isinstance(metrics, list) and bool(metrics) and isinstance(metrics[0], str)


def _parameter(written: Plain) -> Plain:
    if not isinstance(written, dict):
        return {"distribution": "constant", "value": written}
    if isinstance(written.get("oneOf"), list):
        return {**written, "oneOf": [_parameter(alternative) for alternative in written["oneOf"]]}
    return written


def _changed(
    written: Plain,
    pattern: Location,
    change: Change,
    at: Location,
    mistakes: list[InvalidError],
) -> Plain:
    """Return a copy in which what matches the pattern is changed; a null stays what it is."""
    if not pattern:
        return written if written is None else _attempted(written, change, at, mistakes)
    step, *rest = pattern

    def changed(key: str | int, value: Plain) -> Plain:
        if step not in (EACH, key):
            return value
        return _changed(value, tuple(rest), change, (*at, key), mistakes)

    if isinstance(written, dict):
        return {key: changed(key, value) for key, value in written.items()}
    if isinstance(written, list):
        return [changed(position, value) for position, value in enumerate(written)]
    return written


def _attempted(written: Plain, change: Change, at: Location, mistakes: list[InvalidError]) -> Plain:
    try:
        return change(written)
    except InvalidError as error:
        mistakes.append(error.below(at))
        return written


def sampler(written: Plain) -> Plain:
    """Fill in the levels of a grid."""
    if isinstance(written, dict) and written.get("kind") == "grid":
        return {"levels": GRID_LEVELS, **written}
    return written


CHANGES: dict[Location, Change] = {
    ("spec", "dataGroups", EACH, EACH): data_set,
    ("spec", "modelGroups", EACH, EACH): model,
    ("spec", "modelGroups", EACH, EACH, "epochs"): epochs,
    ("spec", "evaluation"): evaluation,
    ("spec", "sampler"): sampler,
    ("spec", "secondsPerPair"): seconds,
    ("spec", "limits", "trialSeconds"): seconds,
    ("spec", "limits", "wallClock"): seconds,
    ("spec", "batch", "targetSeconds"): seconds,
    ("spec", "resources", "cpu"): cores,
    ("spec", "resources", "memory"): byte_count,
    ("spec", "resources", "maxMemory"): byte_count,
}
