"""Coverage: whether `runsPerPair` is enough for the grids that a document asks for.

Clients ask before anything is stored, `sample` before it draws.
"""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.decide.grid import grid_size
from crosstrial.decide.samplers import fixed_sampler
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError


def coverage_mistakes(document: Experiment) -> Iterator[InvalidError]:
    """Yield the models whose grid and points are more than a pair has runs."""
    spec = document.spec
    if spec.sampler.kind != "grid":
        return
    runs, sampler = spec.runs_per_pair, fixed_sampler(document)
    for at, model in document.placed_models().items():
        size, what = grid_size(model.space, spec.sampler.levels), f"the grid of {model.name}"
        if size <= runs:
            # Only now is it small enough to be made.
            size = sampler.size(model.name, runs + len(model.points)) or 0
            what = f"the grid of {model.name} with the model's points"
        if size > runs:
            yield InvalidError(
                f"{what} has {size:.0f} configurations, and runsPerPair is {runs}",
                "raise runsPerPair, lower sampler.levels, name fewer values, or use {kind: sobol}",
                at=(*at, "space"),
            )
