"""Protocols: every data set names what the outer splits are made by."""

from __future__ import annotations

from collections.abc import Iterator

from crosstrial.spec.data_sets import DataSet, OpenmlSuiteData, OpenmlTaskData
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.splitting import TimeSplit


def protocol_mistakes(experiment: Experiment) -> Iterator[InvalidError]:
    """Yield data sets that the protocol cannot split, and proportions that it cannot keep."""
    evaluation = experiment.spec.evaluation
    for at, item in experiment.placed_group_items().items():
        problem = _lacks(item, evaluation.outer.kind)
        if problem is not None:
            yield InvalidError(*problem, at=at)
    if isinstance(evaluation.outer, TimeSplit) and evaluation.stratify is True:
        yield InvalidError(
            "time alone decides which rows are in which part of {kind: time}",
            "set stratify: auto",
            at=("spec", "evaluation", "stratify"),
        )


def _lacks(item: DataSet | OpenmlSuiteData, kind: str) -> tuple[str, str] | None:
    """Return what a data set lacks under a protocol, and the remedy."""
    match kind:
        case "openml" if not isinstance(item, OpenmlTaskData | OpenmlSuiteData):
            return (
                f"{item.name} is no task of OpenML's, and evaluation.outer asks for its splits",
                "name a task, such as openml-task:59, or choose another protocol",
            )
        case "groups" | "time" if getattr(item, COLUMN[kind], None) is None:
            return (
                f"{item.name} has no `{COLUMN[kind]}`, the column that {{kind: {kind}}} splits by",
                f"add `{COLUMN[kind]}: a-column` to it, or choose another protocol",
            )
        case _:
            return None


COLUMN = {"groups": "group", "time": "time"}
