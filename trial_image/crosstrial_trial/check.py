"""`python -m crosstrial_trial.check COMMAND`: whether a program keeps the contract.

It is run as a trial's program is, by the same code, on two small data sets with numbers, words and
gaps in them. Told in docs/guide/trial-images.md.
"""

from __future__ import annotations

import json
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from sklearn.datasets import load_diabetes, load_iris

from crosstrial.data.table import Column, Schema, Table, make_table, write_table
from crosstrial.domain.batch import BatchModel
from crosstrial.domain.cause import Cause
from crosstrial.domain.outcome import OutcomeState
from crosstrial.spec.document import Evaluation, Preprocess
from crosstrial.spec.epochs import Epochs, NoPruner
from crosstrial.spec.node import Task, Value
from crosstrial.spec.splitting import KFoldSplit
from crosstrial_trial.arrays import save_arrays
from crosstrial_trial.dataset import DATA_FILE
from crosstrial_trial.ground import Ground
from crosstrial_trial.setting import Setting
from crosstrial_trial.trial import run_trial
from crosstrial_trial.wire import Job, Report

MODEL = "program"
EPOCHS = 6
GAP = 17  # every so many rows lack a value
# The primary metric, and what a constant reaches: by the number of classes; by the deviation.
CONSTANT: dict[Task, tuple[str, float]] = {
    "classification": ("balanced_accuracy", 1 / 3),
    "regression": ("neg_root_mean_squared_error", -77.0),
}


@dataclass(frozen=True)
class Check:
    """Something that a program must do; `judge` returns what it did instead, or nothing."""

    what: str
    judge: Callable[[], str | None]


class Bench:
    """A program on a small data set, run as often as there are checks."""

    def __init__(self, command: Sequence[str], task: Task, folder: Path) -> None:
        table = _table(task)
        write_table(table, folder / DATA_FILE)
        save_arrays(table, folder)
        self._folder = folder
        self._model = BatchModel(
            name=MODEL, estimator="", preprocess=Preprocess(), command=tuple(command)
        )
        self._setting = Setting(
            dataset="check",
            digest=table.digest,
            task=task,
            seed=0,
            evaluation=Evaluation(outer=KFoldSplit(kind="kfold", folds=2)),
            pruner=NoPruner(),
            searches=1,
            models={},
            modules=(),
            commands=(command[0],),
        )

    def run(self, parameters: dict[str, Value], epochs: int | None = None) -> Report:
        """Run one trial."""
        asked = None if epochs is None else Epochs(count=epochs, every=2)
        model = self._model.model_copy(update={"epochs": asked})
        setting = replace(self._setting, models={MODEL: model})
        job = Job(position=0, model=MODEL, index=0, parameters=parameters)
        return run_trial(job, setting, Ground.load(self._folder, setting))


def checks(
    command: Sequence[str],
    task: Task,
    parameters: dict[str, Value],
    folder: Path,
    *,
    by_epochs: bool,
) -> Iterator[Check]:
    """Yield what a program must do for a task."""
    bench = Bench(command, task, folder)
    first = bench.run(parameters)
    yield Check(f"{task}: every split is answered", lambda: _failure(first))
    yield Check(
        f"{task}: the same seed gives the same scores",
        lambda: _difference(first, bench.run(parameters)),
    )
    yield Check(
        f"{task}: what it predicts is of the rows that were asked for: on those that it was"
        " trained on, it beats a constant",
        lambda: _worthless(first, task),
    )
    if by_epochs:
        yield Check(
            f"{task}: every epoch that is asked for is answered",
            lambda: _failure(bench.run(parameters, EPOCHS)),
        )
    yield Check(
        f"{task}: parameters that it does not know are refused by exit 64",
        lambda: _refusal(bench.run({"no such parameter": 1})),
    )


def _failure(report: Report) -> str | None:
    return None if report.state is OutcomeState.SUCCEEDED else report.message


def _difference(first: Report, second: Report) -> str | None:
    for report in (first, second):
        if _failure(report):
            return report.message
    scores = [[split.scores for split in report.splits] for report in (first, second)]
    return None if scores[0] == scores[1] else f"first {scores[0]}, then {scores[1]}"


def _worthless(report: Report, task: Task) -> str | None:
    if _failure(report):
        return report.message
    metric, constant = CONSTANT[task]
    scores = [split.scores.train[metric] or -math.inf for split in report.splits]
    worst = min(scores)
    return None if worst > constant else f"{metric} is {worst:.4g}, a constant's is {constant:.4g}"


def _refusal(report: Report) -> str | None:
    if report.cause is Cause.INVALID_PARAMETERS:
        return None
    return report.message or "it took them: a misspelt parameter would go unnoticed"


def _table(task: Task) -> Table:
    """Return real data with a nominal column and gaps in both kinds."""
    loaded = (load_iris if task == "classification" else load_diabetes)(as_frame=True)
    frame: pd.DataFrame = loaded.data.copy()
    first = frame.columns[0]
    frame["size"] = pd.cut(frame[first], 3, labels=["small", "middle", "large"]).astype(object)
    frame.loc[::GAP, ["size", first]] = None
    numeric = [Column(str(name), "numeric") for name in frame if name != "size"]
    columns = (*numeric, Column("size", "nominal"))
    classes = tuple(map(str, loaded.target_names)) if task == "classification" else None
    return make_table(frame, Schema(columns, "target", task, classes), loaded.target.to_numpy())


def main(arguments: Sequence[str]) -> int:
    """Check the program; return 0 if it keeps the contract, else 1.

    Args:
        arguments: a JSON text of `parameters`, `tasks` and `epochs` (whether it trains by them),
            then the program and its arguments.
    """
    told, command = json.loads(arguments[0]), list(arguments[1:])
    failed = 0
    for task in told["tasks"]:
        with tempfile.TemporaryDirectory(prefix="crosstrial-check-") as folder:
            every = checks(
                command, task, told["parameters"], Path(folder), by_epochs=told["epochs"]
            )
            for check in every:
                failed += _shown(check)
    return 1 if failed else 0


def _shown(check: Check) -> bool:
    """Print a check and how it went; return whether it failed."""
    wrong = check.judge()
    lines = [f"{'ok    ' if wrong is None else 'BROKEN'} {check.what}"]
    lines += [f"       {line}" for line in (wrong or "").splitlines()]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    return wrong is not None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
