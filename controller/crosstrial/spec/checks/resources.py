"""Resources: enough memory for a worker and its children, no more threads than cores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from crosstrial.spec.document import Experiment, Resources
from crosstrial.spec.errors import InvalidError, Location
from crosstrial.spec.possible import numbers
from crosstrial.spec.quantities import shown_bytes

AT: Location = ("spec", "resources")
PARENT_BYTES = 256 << 20  # what the worker itself takes of a batch's memory
# A child that has imported scikit-learn and pandas holds some 120 MiB before it has fitted
# anything; with less than this not even the default configurations would fit.
CHILD_BYTES = 192 << 20


def resource_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield memory that is too little to begin with, and `n_jobs` above the cores."""
    resources = experiment.spec.resources
    yield from _memory(resources)
    for at, model in experiment.placed_models().items():
        for name, parameter in model.space.items():
            if _is_n_jobs(name):
                yield from _n_jobs(numbers(parameter), resources, (*at, "space", name))
        for position, point in enumerate(model.points):
            for name, value in point.items():
                if _is_n_jobs(name) and type(value) in (int, float):
                    yield from _n_jobs([value], resources, (*at, "points", position, name))


def _memory(resources: Resources) -> Iterator[InvalidError]:
    least = PARENT_BYTES + resources.children * CHILD_BYTES
    if resources.memory < least:
        children = f"{resources.children} trial{'s' if resources.children > 1 else ''} at once"
        yield InvalidError(
            f"{shown_bytes(resources.memory)} is too little: a worker takes"
            f" {shown_bytes(PARENT_BYTES)}, and {children} {shown_bytes(CHILD_BYTES)} each",
            f"ask for at least {shown_bytes(least)}",
            at=(*AT, "memory"),
        )
    if resources.max_memory < resources.memory:
        yield InvalidError(
            f"{shown_bytes(resources.max_memory)} is less than memory,"
            f" {shown_bytes(resources.memory)}",
            f"write at least `maxMemory: {shown_bytes(resources.memory)}`",
            at=(*AT, "maxMemory"),
        )


def _is_n_jobs(name: str) -> bool:
    return name == "n_jobs" or name.endswith("__n_jobs")


def _n_jobs(
    values: Iterable[float | None], resources: Resources, at: Location
) -> Iterator[InvalidError]:
    """A pod has so many cores and no more; `-1` would count those of the node."""
    for value in values:
        if value is None or value < 0 or value > max(1, resources.cpu):
            told = "can be without bound" if value is None else f"can be {value:g}"
            yield InvalidError(
                f"n_jobs {told}, and a batch has {resources.cpu:g}"
                f" core{'' if resources.cpu == 1 else 's'}",
                "choose 1 to that many, or raise spec.resources.cpu",
                at=at,
            )
            return
