"""Models: each names a class, or a program."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import Command, Experiment, TaskClasses
from crosstrial.spec.errors import InvalidError


def model_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield models that name nothing; whether it can be loaded or run is the client's to check."""
    for at, model in experiment.placed_models().items():
        if model.model == TaskClasses():
            yield InvalidError(
                "names no class",
                "write such as {classification: sklearn.svm.SVC}",
                at=(*at, "model"),
            )
        if isinstance(model.model, Command):
            yield from (error.below((*at, "model")) for error in _command(model.model))


def _command(command: Command) -> Iterator[InvalidError]:
    if not command.command:
        yield InvalidError(
            "names no program", "write such as [/opt/models/nearest]", at=("command",)
        )
    if not command.tasks:
        yield InvalidError("serves no task", "leave it out for both", at=("tasks",))
