"""What a source found: columns of numbers or texts, before they are checked by `canonical`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from crosstrial.spec.node import Task

# Missing is NaN in numbers and None in texts.
Numbers: TypeAlias = NDArray[np.float64]
Texts: TypeAlias = Sequence[str | None]


@dataclass(frozen=True)
class Found:
    """Features in the order of the source, and the target: texts of labels, or numbers.

    `folds`: splits that the source has recorded, rows x repeats, in which fold a row is tested;
    -1 for none.
    """

    features: Mapping[str, Numbers | Texts]
    target: str
    values: Numbers | Texts
    folds: NDArray[np.int64] | None = None

    @property
    def task(self) -> Task:
        """Numbers are for regression, labels for classification."""
        return "regression" if isinstance(self.values, np.ndarray) else "classification"


def missing(values: Numbers | Texts) -> NDArray[np.bool_]:
    """Return in which rows there is no value."""
    if isinstance(values, np.ndarray):
        return np.isnan(values)
    return np.array([value is None for value in values])
