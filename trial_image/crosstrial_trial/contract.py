"""What a program is told of a trial, and what it answers; told in docs/guide/trial-images.md."""

from __future__ import annotations

from typing import Annotated, Any, Self

import orjson
from pydantic import Field, ValidationError, model_validator

from crosstrial.data.splits import Split
from crosstrial.data.table import Schema
from crosstrial.domain.outcome import Scores
from crosstrial.domain.record import Record
from crosstrial_trial.program import ProgramError
from crosstrial_trial.setting import Setting
from crosstrial_trial.wire import Job

VERSION = "crosstrial-command/v1"

Probability = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Predictions(Record):
    """A prediction for each row of each part: codes of classes, or numbers."""

    train: list[Number]
    validation: list[Number]
    test: list[Number]


class Probabilities(Record):
    """For each row of each part a probability for each class."""

    train: list[list[Probability]]
    validation: list[list[Probability]]
    test: list[list[Probability]]


class Line(Record):
    """One line of a program's answer: one split, after its training or after one epoch."""

    split: int = Field(ge=0)
    epoch: int | None = Field(default=None, ge=1)
    predictions: Predictions | None = None
    probabilities: Probabilities | None = None
    scores: Scores | None = None

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if (self.predictions is None) is (self.scores is None):
            raise ValueError("write `predictions`, or else `scores`")
        return self


def document(
    job: Job, setting: Setting, *, data: str, schema: Schema, splits: list[tuple[Split, int]]
) -> bytes:
    """Return the one document that a program reads, as JSON.

    Args:
        job: the trial.
        setting: what it shares with others of its batch.
        data: the path of the data file.
        schema: of the data file.
        splits: each with its seed.
    """
    epochs = setting.models[job.model].epochs
    told: dict[str, Any] = {
        "contract": VERSION,
        "model": job.model,
        "dataset": setting.dataset,
        "index": job.index,
        "parameters": job.parameters,
        "task": setting.task,
        "metrics": setting.metrics,
        "primary": setting.primary,
        "epochs": None if epochs is None else {"count": epochs.count, "every": epochs.interval},
        "data": {
            "path": data,
            "target": schema.target,
            "classes": schema.classes,
            "columns": [{"name": column.name, "kind": column.kind} for column in schema.columns],
        },
        "splits": [
            {
                "repeat": split.repeat,
                "fold": split.fold,
                "seed": seed,
                "train": split.train,
                "validation": split.validation,
                "test": split.test,
            }
            for split, seed in splits
        ],
    }
    return orjson.dumps(told, option=orjson.OPT_SERIALIZE_NUMPY)


def line_of(text: bytes, number: int) -> Line:
    """Return what a line says; `number` is told where it says nothing.

    Raises:
        ProgramError: it is not a line of the contract.
    """
    try:
        return Line.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise ProgramError(
            f"line {number} of its output: {place + ': ' if place else ''}{first['msg']}"
            f" (it begins {text[:60].decode(errors='replace')!r})"
        ) from error
