"""From what a source found to a table, or to an error that says why it cannot be used."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from crosstrial.data.sources.cells import number
from crosstrial.data.sources.found import Found, Numbers, Texts, missing
from crosstrial.data.sources.marked import marked
from crosstrial.data.table import Column, Schema, Table, make_table
from crosstrial.spec.errors import InvalidError

# Fewer cannot give training, validation and test parts that mean anything.
FEWEST_ROWS = 5


def canonical_table(found: Found, *, group: str | None = None, time: str | None = None) -> Table:
    """Check what was found and return it in canonical form.

    The columns `group` and `time` become marks, that is, no features. A feature without any value
    is refused, not dropped: which columns there are is the user's to say. A feature with a single
    value is kept.

    Raises:
        InvalidError: too few rows, no feature, a feature without values, infinite numbers, a
            target that is missing in rows or always the same, marks that cannot be made.
    """
    import pandas as pd  # noqa: PLC0415

    found, marks = marked(found, group=group, time=time)
    _check_shape(found)
    for name, values in found.features.items():
        _check_feature(name, values)
    _check_target(found)
    classes, target = _coded(found.values)
    schema = Schema(
        columns=tuple(
            Column(name, "numeric" if isinstance(values, np.ndarray) else "nominal")
            for name, values in found.features.items()
        ),
        target=found.target,
        task=found.task,
        classes=classes,
        marks=tuple(marks),
    )
    columns = {**found.features, **{mark.name: values for mark, values in marks.items()}}
    return make_table(pd.DataFrame(columns), schema, target)


def _check_shape(found: Found) -> None:
    if not found.features:
        raise InvalidError(
            f"it has no column beside its target {found.target}", "add columns to learn from"
        )
    rows = len(found.values)
    if rows < FEWEST_ROWS:
        raise InvalidError(
            f"it has {rows} rows, and at least {FEWEST_ROWS} are needed", "use more rows"
        )


def _check_feature(name: str, values: Numbers | Texts) -> None:
    _refuse_infinite(name, values)
    if missing(values).all():
        raise InvalidError(f"column {name} has no value in any row", "leave the column out")


def _check_target(found: Found) -> None:
    name, values = found.target, found.values
    _refuse_infinite(name, values)
    without = np.flatnonzero(missing(values))
    if len(without):
        raise InvalidError(
            f"target {name} is missing in {len(without)} of {len(values)} rows, the first is"
            f" row {without[0] + 1}",
            "leave these rows out: there is nothing to learn from them",
        )
    if len(set(values)) == 1:
        raise InvalidError(
            f"target {name} is {_shown(values[0])} in every row",
            "there is nothing to learn: choose another target",
        )


def _shown(value: float | str | None) -> str:
    return repr(value) if isinstance(value, str) else f"{value:g}"


def _refuse_infinite(name: str, values: Numbers | Texts) -> None:
    if not isinstance(values, np.ndarray):
        return
    infinite = np.flatnonzero(np.isinf(values))
    if len(infinite):
        raise InvalidError(
            f"column {name} has infinite numbers in {len(infinite)} rows, the first is row"
            f" {infinite[0] + 1}",
            "leave these cells empty, or give them a finite number",
        )


def _coded(
    values: Numbers | Texts,
) -> tuple[tuple[str, ...] | None, NDArray[np.float64] | NDArray[np.int64]]:
    """Return the sorted classes and each row's code, or no classes and the numbers."""
    if isinstance(values, np.ndarray):
        return None, values
    classes = sorted_classes({value for value in values if value is not None})
    codes = {label: code for code, label in enumerate(classes)}
    return classes, np.array([codes[value] for value in values if value is not None], np.int64)


def sorted_classes(labels: set[str]) -> tuple[str, ...]:
    """Return labels as numbers go, where all are numbers, else by code point."""
    if any(number(label) is None for label in labels):
        return tuple(sorted(labels))
    return tuple(sorted(labels, key=lambda label: (float(label), label)))
