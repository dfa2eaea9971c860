"""Score tables in few words, for tests of what is made from them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from crosstrial.analysis.tables import ScoreTable


def table_of(
    scores: NDArray[np.float64], normalised: NDArray[np.float64] | None = None, **fields: Any
) -> ScoreTable:
    """A complete table of models m0, m1, ... and data sets d0, d1, ...; `fields` change that."""
    datasets, models = scores.shape
    whole: dict[str, Any] = {
        "models": tuple(f"m{model}" for model in range(models)),
        "datasets": tuple(f"d{dataset}" for dataset in range(datasets)),
        "scores": scores,
        "normalised": scores if normalised is None else normalised,
        "unranked": (),
        "missing": (),
        "dropped": (),
    }
    return ScoreTable(**whole | fields)
