"""What a document will be able to say and cannot yet: refused by its own name.

A line is removed here when the thing is built. Used by `shape` and `checks`.
"""

from __future__ import annotations

from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location

KEYS = {
    "epochs": "leave it out; an estimator is fitted once a split",
    "pruner": "leave it out; every trial runs to its end",
    "searches": "leave it out; a pair has one search",
    "container": "name a Python class by `model`",
}
# By the last keys of the place.
VALUES = {
    ("sampler", "kind"): (("grid", "sobol", "halton", "tpe"), "use {kind: random}"),
    ("outer", "kind"): (("groups", "time"), "use {kind: holdout} or {kind: kfold, folds: 3}"),
    ("source",): (("openml", "parquet"), "save the table as CSV and use `source: csv`"),
}


def unavailable_key(at: Location) -> InvalidError | None:
    """Return what to say about an unknown key that will be known one day."""
    remedy = KEYS.get(str(at[-1]))
    return None if remedy is None else InvalidKeyError("is not available yet", remedy, at=at)


def unavailable_value(at: Location, value: object) -> InvalidError | None:
    """Return what to say about a value that will be allowed one day."""
    for place, (values, remedy) in VALUES.items():
        if at[-len(place) :] == place and value in values:
            return InvalidError(f"{value} is not available yet", remedy, at=at)
    return None
