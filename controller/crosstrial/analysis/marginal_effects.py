"""How a pair's trials fared by each hyperparameter's value, all others as they were drawn.

A trial's place among its pair's (0 the worst, 1 the best, by validation score) is comparable over
data sets, so places are pooled over them. Neighbour `importance` has shares of variance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np
from scipy.stats import rankdata

from crosstrial.analysis.cells import Cell, Outcomes, primary_metric
from crosstrial.analysis.scores import mean_score
from crosstrial.analysis.selection import own_doing
from crosstrial.analysis.space_summary import is_number, label
from crosstrial.domain.experiment import Revision
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.spec.node import Value
from crosstrial.spec.space import Point

MOST_BINS = 8
FEWEST_TRIALS = 4  # of a pair: places among fewer say little

Placed = tuple[Point, float]


@dataclass(frozen=True)
class Bin:
    """Trials with values of one kind: how many, their mean place, and its quartiles."""

    label: str
    trials: int
    mean: float
    lower: float
    upper: float


@dataclass(frozen=True)
class MarginalEffect:
    """The places of a model's trials by one parameter, numbers in order, then words."""

    model: str
    parameter: str
    bins: tuple[Bin, ...]


def marginal_effects(
    revision: Revision, cells: Sequence[Cell], outcomes: Outcomes
) -> tuple[MarginalEffect, ...]:
    """Return the effect of every parameter that varies.

    A failure that is the configuration's own takes the last place; pruned trials have none.
    """
    placed: dict[str, list[Placed]] = defaultdict(list)
    for cell in cells:
        metric = primary_metric(revision.document.spec.evaluation, cell.task)
        placed[cell.model] += _placed(outcomes.get(cell.pair, ()), metric)
    return tuple(effect for model, trials in placed.items() for effect in _effects(model, trials))


def _placed(outcomes: Sequence[Outcome], metric: str) -> list[Placed]:
    scored = [(o.parameters, s) for o in outcomes if (s := _score(o, metric)) is not None]
    if len(scored) < FEWEST_TRIALS:
        return []
    places = (rankdata([score for _, score in scored]) - 1) / (len(scored) - 1)
    return [(point, place) for (point, _), place in zip(scored, places.tolist(), strict=True)]


def _score(outcome: Outcome, metric: str) -> float | None:
    if outcome.state is OutcomeState.FAILED:
        return -inf if own_doing(outcome) else None
    return mean_score(outcome, "validation", metric)


def _effects(model: str, trials: Sequence[Placed]) -> Iterator[MarginalEffect]:
    for name in dict.fromkeys(name for point, _ in trials for name in point):
        values = [(point[name], place) for point, place in trials if name in point]
        bins = (*_number_bins(values), *_word_bins(values))
        if len(bins) > 1:
            yield MarginalEffect(model, name, bins)


def _number_bins(values: Sequence[tuple[Value, float]]) -> list[Bin]:
    """Return bins of about as many trials each; few different numbers have a bin each."""
    pairs = [(float(value), place) for value, place in values if is_number(value)]
    if not pairs:
        return []
    numbers, places = (np.array(column) for column in zip(*pairs, strict=True))
    bins = _groups(numbers)
    names = _names([numbers[inside] for inside in bins])
    return [_bin(name, places[inside]) for name, inside in zip(names, bins, strict=True)]


def _groups(numbers: np.ndarray) -> list[np.ndarray]:
    """Return for each bin which numbers are in it."""
    different = np.unique(numbers)
    if len(different) <= MOST_BINS:
        return [numbers == one for one in different]
    edges = np.unique(np.quantile(numbers, np.linspace(0, 1, MOST_BINS + 1)))
    where = np.clip(np.searchsorted(edges, numbers, side="right") - 1, 0, len(edges) - 2)
    return [where == place for place in np.unique(where)]


def _names(bins: Sequence[np.ndarray]) -> list[str]:
    """Return the least and the greatest number of each bin, by three digits if these suffice."""
    names = [_name(numbers, 3) for numbers in bins]
    return names if len(set(names)) == len(names) else [_name(numbers, 6) for numbers in bins]


def _name(numbers: np.ndarray, digits: int) -> str:
    bounds = (float(f"{bound:.{digits}g}") for bound in (numbers.min(), numbers.max()))
    return " to ".join(dict.fromkeys(f"{bound:g}" for bound in bounds))


def _word_bins(values: Sequence[tuple[Value, float]]) -> list[Bin]:
    words: dict[str, list[float]] = defaultdict(list)
    for value, place in values:
        if not is_number(value):
            words[label(value)].append(place)
    frequent = sorted(words.items(), key=lambda item: -len(item[1]))[:MOST_BINS]
    return [_bin(word, np.array(places)) for word, places in frequent]


def _bin(name: str, places: np.ndarray) -> Bin:
    lower, upper = np.quantile(places, (0.25, 0.75)).tolist()
    return Bin(name, len(places), float(places.mean()), lower, upper)
