"""Experiments whose truth is known: score tables without any difference, or with a given shift.

Used by the short tests of the verdict and by the long run, `benchmarks/verdicts.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crosstrial.analysis.inference import inferences
from crosstrial.analysis.normalise import normalised_score
from crosstrial.analysis.tables import ALL, ScoreTable
from crosstrial.analysis.verdict import Verdict, verdict
from support.score_tables import table_of

Scores = NDArray[np.float64]

RUNS = 10  # configurations a pair, of which validation selects one
BASELINE = -8.0


@dataclass(frozen=True)
class Setting:
    """How scores are drawn: `noise(generator, shape)`, and what becomes of them afterwards."""

    name: str
    datasets: int
    models: int
    noise: Callable[[np.random.Generator, tuple[int, ...]], Scores]
    afterwards: Callable[[np.random.Generator, Scores], Scores] = lambda _, scores: scores


def _normal(generator: np.random.Generator, shape: tuple[int, ...]) -> Scores:
    return generator.normal(size=shape)


def _heavy(generator: np.random.Generator, shape: tuple[int, ...]) -> Scores:
    return generator.standard_t(3, size=shape)


def _coarse(_: np.random.Generator, scores: Scores) -> Scores:
    """Scores of small test parts: many are equal."""
    return np.round(scores)


def _holed(generator: np.random.Generator, scores: Scores) -> Scores:
    """One pair in ten has no success and scores as the baseline."""
    return np.where(generator.random(scores.shape) < 0.1, BASELINE, scores)


NULL = (
    Setting("normal, 12 data sets x 5 models", 12, 5, _normal),
    Setting("heavy tails, 20 x 4", 20, 4, _heavy),
    Setting("many ties, 11 x 3", 11, 3, _normal, _coarse),
    Setting("many ties, 30 x 2", 30, 2, _normal, _coarse),
    Setting("a tenth missing, 15 x 6", 15, 6, _normal, _holed),
)

# Written down before the first run: of 5 models one is better on 20 data sets, by one standard
# deviation of the paired differences between two equal models.
POWER = Setting("normal, 20 x 5", 20, 5, _normal)
SHIFT = 1.0


def selected_scores(setting: Setting, generator: np.random.Generator) -> Scores:
    """Return tuned test scores, a row a data set: of each pair's runs validation selects one.

    A data set has a level and a spread of its own, which all models share.
    """
    shape = (setting.datasets, setting.models, RUNS)
    quality = setting.noise(generator, shape)
    validation = quality + 0.5 * generator.normal(size=shape)
    test = quality + 0.5 * generator.normal(size=shape)
    chosen = np.argmax(validation, axis=2)[..., np.newaxis]
    return np.take_along_axis(test, chosen, axis=2)[..., 0]


def null_table(setting: Setting, generator: np.random.Generator) -> ScoreTable:
    """Return a table in which all models are alike."""
    scores = setting.afterwards(generator, selected_scores(setting, generator))
    spread = np.exp(generator.normal(size=(setting.datasets, 1)))
    return _table(scores, spread, generator.normal(size=(setting.datasets, 1)))


def shifted_table(
    setting: Setting, generator: np.random.Generator, *, deviation: float, shift: float
) -> ScoreTable:
    """Return a table in which the first model is better by `shift` times `deviation`."""
    scores = selected_scores(setting, generator)
    scores[:, 0] += shift * deviation
    return _table(scores, np.ones((setting.datasets, 1)), np.zeros((setting.datasets, 1)))


def paired_deviation(setting: Setting, generator: np.random.Generator, tables: int = 200) -> float:
    """Return the standard deviation of the difference of two equal models' tuned scores."""
    drawn = [selected_scores(setting, generator) for _ in range(tables)]
    return float(np.std(np.concatenate([table[:, 0] - table[:, 1] for table in drawn])))


def verdict_on(table: ScoreTable) -> Verdict:
    """Return what an experiment with these scores is told."""
    tables = {ALL: table}
    return verdict(tables, inferences(tables), untested="")


def _table(scores: Scores, spread: Scores, level: Scores) -> ScoreTable:
    raw, zero = scores * spread + level, BASELINE * spread + level
    normalised = [
        [normalised_score(score, baseline=base, best=max(row)) for score in row]
        for row, base in zip(raw.tolist(), zero[:, 0].tolist(), strict=True)
    ]
    return table_of(raw, np.array(normalised))
