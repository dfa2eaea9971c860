"""Sampling: levels belong to a grid, searches to draws that could have come out otherwise.

How large a grid is only `decide.coverage` can tell.
"""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError


def sampling_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield what does not go with the kind of sampler."""
    sampler, searches = experiment.spec.sampler, experiment.spec.searches
    if sampler.levels is not None and sampler.kind != "grid":
        yield InvalidError(
            f"{sampler.kind} draws from the whole distribution, levels are those of a grid",
            "leave it out, or use {kind: grid}",
            at=("spec", "sampler", "levels"),
        )
    if searches > 1 and sampler.kind == "grid":
        yield InvalidError(
            f"a grid has no chance in it: {searches} searches would try the same configurations",
            "leave it out, or use another sampler, such as {kind: random}",
            at=("spec", "searches"),
        )
