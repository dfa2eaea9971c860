"""Performance profiles: on which share of blocks is a treatment within reach of the best?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def distances_to_best(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each column's distances to the best of the row, ascending; a row a place.

    The profile of a column (Dolan & More 2002, with differences for their ratios, as scores may
    be zero) steps up by 1/n at each of its n distances.
    """
    distances = scores.max(axis=1, keepdims=True) - scores
    ordered: NDArray[np.float64] = np.sort(distances, axis=0)
    return ordered
