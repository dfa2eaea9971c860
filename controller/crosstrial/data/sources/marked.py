"""From columns that name groups and moments to the marks that splits are made by.

Neighbours: `canonical` puts them into the table, `data.protocols` splits by them.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from crosstrial.data.marks import Mark, MarkKind
from crosstrial.data.sources.found import Found, Numbers, Texts, missing
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.wording import choice

MICROSECOND = timedelta(microseconds=1)


def marked(
    found: Found, *, group: str | None, time: str | None
) -> tuple[Found, dict[Mark, NDArray[np.int64]]]:
    """Return what is left without the columns that are marks, and the marks.

    Raises:
        InvalidError: there is no such column, or it has rows without a value or moments that are
            none.
    """
    marks: dict[Mark, NDArray[np.int64]] = {}
    if group is not None:
        marks[Mark("group", group)] = _codes(_column(found, group, "group"))
    if time is not None and time == group:
        raise InvalidError(
            f"{time} is named as group and as time", "name two columns", at=("time",)
        )
    if time is not None:
        marks[Mark("time", time)] = _codes(_moments(_column(found, time, "time"), time))
    left = {name: values for name, values in found.features.items() if name not in (group, time)}
    return replace(found, features=left), {**marks, **dict(_recorded(found))}


def _column(found: Found, name: str, kind: MarkKind) -> Numbers | Texts:
    if name == found.target:
        raise InvalidError(
            f"{name} is the target, and cannot be the {kind} too",
            "name another column",
            at=(kind,),
        )
    if name not in found.features:
        raise InvalidError(
            f"there is no column {name!r} for a {kind}", choice(name, found.features), at=(kind,)
        )
    values = found.features[name]
    without = np.flatnonzero(missing(values))
    if len(without):
        raise InvalidError(
            f"{kind} column {name} is empty in {len(without)} of {len(values)} rows, the first is"
            f" row {without[0] + 1}",
            "fill these cells, or leave the rows out",
            at=(kind,),
        )
    return values


def _codes(values: Numbers | Texts | NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position of each value among the different ones, sorted."""
    _, codes = np.unique(np.asarray(values), return_inverse=True)
    return codes.astype(np.int64)


def _moments(values: Numbers | Texts, name: str) -> Numbers | NDArray[np.int64]:
    """Return numbers as they are, and the microseconds of dates and times.

    Raises:
        InvalidError: a text is neither, or only some have a time zone.
    """
    if isinstance(values, np.ndarray):
        return values
    moments = [_moment(str(text), row, name) for row, text in enumerate(values, start=1)]
    if len({moment.tzinfo is None for moment in moments}) > 1:
        raise InvalidError(
            f"time column {name} has moments with a time zone and moments without",
            "write all of them in one way",
            at=("time",),
        )
    zone = None if moments[0].tzinfo is None else UTC
    epoch = datetime(1970, 1, 1, tzinfo=zone)
    return np.array([(moment - epoch) // MICROSECOND for moment in moments], np.int64)


def _moment(text: str, row: int, name: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidError(
            f"time column {name} is {text!r} in row {row}, neither a number nor a date",
            "write numbers, or dates as 2026-01-31 or 2026-01-31T12:00:00+01:00",
            at=("time",),
        ) from error


def _recorded(found: Found) -> Iterator[tuple[Mark, NDArray[np.int64]]]:
    if found.folds is None:
        return
    taken = {*found.features, found.target}
    for repeat, folds in enumerate(found.folds.T):
        yield Mark("fold", _free(f"fold in repeat {repeat}", taken)), folds


def _free(name: str, taken: Container[str]) -> str:
    while name in taken:
        name = f"({name})"
    return name
