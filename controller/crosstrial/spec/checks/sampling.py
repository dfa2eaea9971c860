"""Sampling: levels belong to a grid. How large a grid is only `decide.coverage` can tell."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError


def sampling_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield what does not go with the kind of sampler."""
    sampler = experiment.spec.sampler
    if sampler.levels is not None and sampler.kind != "grid":
        yield InvalidError(
            f"{sampler.kind} draws from the whole distribution, levels are those of a grid",
            "leave it out, or use {kind: grid}",
            at=("spec", "sampler", "levels"),
        )
