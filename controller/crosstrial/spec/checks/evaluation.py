"""Evaluation: metrics that there are, of the right task, and a primary one among them."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, Location
from crosstrial.spec.node import TASKS, Task
from crosstrial.spec.scorers import SCORERS, UNFIT
from crosstrial.spec.wording import choice

AT: Location = ("spec", "evaluation")


def evaluation_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield metrics that can't score, and primary ones that are not computed."""
    evaluation = experiment.spec.evaluation
    for task in TASKS:
        metrics = getattr(evaluation.metrics, task)
        primary = getattr(evaluation.primary, task)
        yield from _metrics(task, metrics)
        if metrics and primary not in metrics:
            yield InvalidError(
                f"{primary} is not among the metrics of {task}",
                f"choose one of {', '.join(metrics)}, or add it to metrics.{task}",
                at=(*AT, "primary", task),
            )


def _metrics(task: Task, metrics: tuple[str, ...]) -> Iterator[InvalidError]:
    at = (*AT, "metrics", task)
    if not metrics:
        yield InvalidError("is empty", "name a metric, or leave the key out", at=at)
    for position, name in enumerate(metrics):
        problem = _unfit(name, task)
        if problem is not None:
            yield InvalidError(*problem, at=(*at, position))
        elif name in metrics[:position]:
            yield InvalidError(f"{name} stands here already", "remove it", at=(*at, position))


def _unfit(name: str, task: Task) -> tuple[str, str] | None:
    """Return what is wrong with a metric for a task, and the remedy."""
    fit = [scorer.name for scorer in SCORERS.values() if task in scorer.tasks]
    if name in UNFIT:
        return f"{name} {UNFIT[name]}", f"choose one for {task}, such as {fit[0]}"
    if name not in SCORERS:
        return f"{name!r} is no metric of scikit-learn", choice(name, fit)
    if task not in SCORERS[name].tasks:
        return f"{name} is not for {task}", f"choose one such as {fit[0]}"
    return None
