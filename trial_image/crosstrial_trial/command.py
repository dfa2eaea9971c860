"""A trial of a model that is a program: one run of it over all splits, scored as others are.

Neighbours: `program` runs it, `contract` is what goes in and comes out, `split_run` is the same
for classes.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from typing import Any

from crosstrial.data.table import read_schema
from crosstrial.domain.curve import scored_epochs
from crosstrial.domain.outcome import OutcomeState, Scores, SplitResult
from crosstrial.spec.commands import check_command
from crosstrial_trial.contract import Line, document, line_of
from crosstrial_trial.ground import Ground
from crosstrial_trial.pipeline import Parts, parts_of
from crosstrial_trial.program import Program, ProgramError
from crosstrial_trial.removal import passing_folder
from crosstrial_trial.scoring import PARTS, ScoreError, Scorer
from crosstrial_trial.setting import Setting
from crosstrial_trial.split_run import ends_here, split_seed
from crosstrial_trial.told import stand_in
from crosstrial_trial.training import ByEpochs, Fitted
from crosstrial_trial.wire import Job

DOCUMENT = "trial.json"


def run_command(
    job: Job, setting: Setting, ground: Ground
) -> tuple[OutcomeState, tuple[SplitResult, ...]]:
    """Run a trial's program; its answer is read split by split, so that it can be pruned.

    Raises:
        InvalidError: the program may not be run.
        ProgramError: it failed, or its answer is not one.
        Exception: whatever the primary metric raises.
    """
    command = setting.models[job.model].command
    check_command(command, setting.commands)
    with passing_folder() as folder:
        path = folder / DOCUMENT
        splits = [
            (split, split_seed(job, setting, number)) for number, split in enumerate(ground.splits)
        ]
        schema = read_schema(ground.file)
        path.write_bytes(
            document(job, setting, data=str(ground.file), schema=schema, splits=splits)
        )
        program = Program(command, path)
        try:
            return _CommandTrial(job, setting, ground, program).run()
        finally:
            program.close()


class _CommandTrial:
    """The answers of one run of a program."""

    def __init__(self, job: Job, setting: Setting, ground: Ground, program: Program) -> None:
        self._job = job
        self._setting = setting
        self._ground = ground
        self._program = program
        self._answer = _Answer(program)
        self._scorer = _LineScorer(ground.scorer, setting.metrics, setting.primary)

    def run(self) -> tuple[OutcomeState, tuple[SplitResult, ...]]:
        state, results = OutcomeState.SUCCEEDED, []
        for number in range(len(self._ground.splits)):
            result, pruned = self._split(number)
            results.append(result)
            if pruned:
                state = OutcomeState.PRUNED
                break
        if state is OutcomeState.SUCCEEDED:
            self._answer.finish()
        self._program.close()
        peak = {"peak_memory_mb": self._program.peak_mb}
        return state, tuple(result.model_copy(update=peak) for result in results)

    def _split(self, number: int) -> tuple[SplitResult, bool]:
        split = self._ground.splits[number]
        since = self._program.cpu_seconds
        fitted = self._fitted(number, parts_of(self._ground.arrays.target, split))
        result = SplitResult(
            repeat=split.repeat,
            fold=split.fold,
            scores=fitted.scores,
            reasons=fitted.reasons,
            preprocess_seconds=0.0,
            fit_seconds=fitted.fit_seconds,
            score_seconds=fitted.score_seconds,
            cpu_seconds=self._program.cpu_seconds - since,
            peak_memory_mb=0.0,
            epoch=fitted.epoch,
            curve=fitted.curve,
        )
        return result, fitted.pruned

    def _fitted(self, number: int, target: Parts) -> Fitted:
        epochs = self._setting.models[self._job.model].epochs
        if epochs is None:
            begun = time.perf_counter()
            line = self._answer.only(number)
            told = time.perf_counter()
            scores, reasons = self._scorer.score(line, PARTS, target)
            return Fitted(scores, reasons, told - begun, time.perf_counter() - told)
        asked = scored_epochs(epochs.interval, epochs.count)

        def is_over(values: Sequence[float]) -> bool:
            return ends_here(self._job, self._setting, self._ground, number, values, asked)

        lines = self._answer.by_epochs(number, asked)
        training = ByEpochs(lines, epochs.interval, self._setting.primary, is_over)
        return training.fit(PARTS, target, self._scorer)


class _Answer:
    """A program's lines, which come in the order of the splits."""

    def __init__(self, program: Program) -> None:
        self._lines = (
            line_of(text, number)
            for number, text in enumerate(program.lines(), start=1)
            if text.strip()
        )
        self._next: Line | None = None

    def only(self, split: int) -> Line:
        """Return the one line of a split.

        Raises:
            ProgramError: there is none, or it has an epoch.
        """
        line = self._take(split)
        if line is None:
            raise ProgramError(f"it ended without a line for split {split}")
        if line.epoch is not None:
            raise ProgramError(f"its line for split {split} has an epoch; none were asked for")
        return line

    def by_epochs(self, split: int, asked: Sequence[int]) -> Iterator[tuple[int, Line]]:
        """Yield the lines of a split by the epochs that are asked for; it may end early.

        Raises:
            ProgramError: there is none, or an epoch is not the next one that was asked for.
        """
        for epoch in asked:
            line = self._take(split)
            if line is None and epoch == asked[0]:
                raise ProgramError(f"it ended without a line for split {split}")
            if line is None:
                return
            if line.epoch != epoch:
                raise ProgramError(
                    f"in split {split} it told of epoch {line.epoch}, asked for is {epoch}"
                )
            yield epoch, line

    def finish(self) -> None:
        """Wait for the program's end.

        Raises:
            ProgramError: it wrote more than was asked for, or failed.
        """
        line = self._peek()
        if line is not None:
            raise ProgramError(f"it wrote one line too many, for split {line.split}")

    def _take(self, split: int) -> Line | None:
        line = self._peek()
        if line is None or line.split > split:
            return None
        if line.split < split:
            raise ProgramError(f"it wrote a line for split {line.split} after split {split - 1}")
        self._next = None
        return line

    def _peek(self) -> Line | None:
        if self._next is None:
            self._next = next(self._lines, None)
        return self._next


class _LineScorer(Scorer):
    """Scores what a line predicts like any predictions; takes over scores that it tells."""

    def __init__(self, scorer: Scorer, metrics: Sequence[str], primary: str) -> None:
        super().__init__(metrics, primary)
        self._scorer = scorer

    def score(
        self, estimator: Any, features: Parts, target: Parts
    ) -> tuple[Scores, dict[str, str]]:
        line: Line = estimator
        if line.scores is not None:
            return self._told(line.scores)
        return self._scorer.score(stand_in(line, target), features, target)

    def _told(self, scores: Scores) -> tuple[Scores, dict[str, str]]:
        told = {part: getattr(scores, part) for part in PARTS}
        kept = {
            part: {name: _finite(told[part].get(name)) for name in self._metrics} for part in PARTS
        }
        for part, values in kept.items():
            if values[self._primary] is None:
                raise ScoreError(f"{self._primary} on {part}: the program told no number")
        gaps = {name for values in kept.values() for name, value in values.items() if value is None}
        return Scores(**kept), dict.fromkeys(gaps, "the program told no number")


def _finite(score: float | None) -> float | None:
    return score if score is not None and math.isfinite(score) else None
