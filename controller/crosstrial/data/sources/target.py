"""The target of typed columns: labels for classification, numbers for regression."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from crosstrial.data.sources.found import Numbers, Texts
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.node import Task
from crosstrial.spec.wording import choice

# Whole numbers with more values than this are quantities, with fewer they are labels.
MOST_NUMBERED_CLASSES = 10


def task_of_values(values: Numbers | Texts) -> Task:
    """Return the task of a target for which nobody gives one.

    Texts, and whole numbers of at most ten different values, are labels: classification. All other
    numbers are quantities: regression.
    """
    if not isinstance(values, np.ndarray):
        return "classification"
    different = np.unique(values[np.isfinite(values)])
    whole = bool((different == np.floor(different)).all())
    few = len(different) <= MOST_NUMBERED_CLASSES
    return "classification" if whole and few else "regression"


def target_of(name: str, values: Numbers | Texts, task: Task | None) -> Numbers | Texts:
    """Return a typed column as a target of a task; None: of the task that it looks like.

    Raises:
        InvalidError: texts cannot be regressed on.
    """
    task = task or task_of_values(values)
    if not isinstance(values, np.ndarray):
        if task == "classification":
            return values
        raise InvalidError(
            f"target {name} holds texts, and regression needs numbers",
            "set task: classification, or name another target",
        )
    return values if task == "regression" else [_label(value) for value in values.tolist()]


def _label(value: float) -> str | None:
    """Return a number as the text of a label: whole ones without a point."""
    if np.isnan(value):
        return None
    return str(int(value)) if float(value).is_integer() else repr(value)


def no_target(place: str, target: str, columns: Iterable[str]) -> InvalidError:
    """Return the error for a target that is no column."""
    return InvalidError(f"{place} has no column {target!r} for a target", choice(target, columns))
