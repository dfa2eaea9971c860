"""What models and data sets that meet must have in common, once the data sets are resolved."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.domain.experiment import Revision
from crosstrial.spec.document import Command, Model
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.estimators import can_score
from crosstrial.spec.node import Task
from crosstrial.spec.scorers import SCORERS

PRIMARY = ("spec", "evaluation", "primary")


def pair_mistakes(revision: Revision, modules: tuple[str, ...]) -> Iterator[InvalidError]:
    """Yield models without a class for a task that they meet, and metrics that can't score it.

    Args:
        revision: with data sets and classes resolved.
        modules: allowed prefixes of estimator classes.
    """
    unfit = [*_many_classes(revision), *_unfit_models(revision, modules)]
    yield from unfit
    if not unfit and not revision.pairs():
        yield InvalidError(
            "no pair is left, every model skips the tasks of its data sets",
            "apply a model group that has a class for the task",
            at=("spec", "applications"),
        )


def _unfit_models(revision: Revision, modules: tuple[str, ...]) -> Iterator[InvalidError]:
    places = {model.name: at for at, model in revision.document.placed_models().items()}
    classes = {model.name: model.classes for model in revision.models}
    models = revision.document.models()
    for (model, task), dataset in _meetings(revision).items():
        path = classes[model].get(task)
        if path is not None and isinstance(models[model].model, Command):
            continue  # whether it tells probabilities is seen when it runs
        if path is not None:
            yield from (e.below(places[model]) for e in _metric(revision, path, task, modules))
        elif not models[model].skip_other_tasks:
            yield _no_class(model, task, dataset).below(places[model])


def _meetings(revision: Revision) -> dict[tuple[str, Task], str]:
    """Return every task that a model meets, with the first data set that has it."""
    spec = revision.document.spec
    meetings: dict[tuple[str, Task], str] = {}
    for data_group, model_groups in spec.applications.items():
        models: list[Model] = [m for group in model_groups for m in spec.model_groups[group]]
        for dataset in spec.data_sets_of(data_group):
            for model in models:
                key = model.name, revision.dataset(dataset.name).task
                meetings.setdefault(key, dataset.name)
    return meetings


def _many_classes(revision: Revision) -> Iterator[InvalidError]:
    metric = revision.document.spec.evaluation.primary.classification
    many = [f"{d.name} has {d.classes}" for d in revision.datasets if (d.classes or 0) > 2]
    if SCORERS[metric].binary_only and many:
        averaged = [name for name in SCORERS if name.startswith(f"{metric}_")]
        yield InvalidError(
            f"{metric} is for two classes, and data set {', '.join(many)}",
            f"choose one for many classes, such as {(averaged or ['balanced_accuracy'])[0]}",
            at=(*PRIMARY, "classification"),
        )


def _metric(
    revision: Revision, path: str, task: Task, modules: tuple[str, ...]
) -> Iterator[InvalidError]:
    metric = getattr(revision.document.spec.evaluation.primary, task)
    if not can_score(path, modules, SCORERS[metric]):
        yield InvalidError(
            f"{path} has no probabilities, which the primary metric {metric} needs",
            "choose another class, or another metric such as balanced_accuracy",
            at=("model",),
        )


def _no_class(model: str, task: Task, dataset: str) -> InvalidError:
    return InvalidError(
        f"model {model} has no class for {task}, the task of data set {dataset}",
        f"write `model: {{{task}: ...}}`, or `skipOtherTasks: true` in the model's entry",
        at=("model",),
    )
