"""Models: each names a class."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import Experiment, TaskClasses
from crosstrial.spec.errors import InvalidError


def model_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield models without any class; whether a class can be loaded is the client's to check."""
    for at, model in experiment.placed_models().items():
        if model.model == TaskClasses():
            yield InvalidError(
                "names no class",
                "write such as {classification: sklearn.svm.SVC}",
                at=(*at, "model"),
            )
