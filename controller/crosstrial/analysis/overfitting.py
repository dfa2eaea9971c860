"""Over-fitting: how train, validation and test scores of the chosen configurations differ.

Gaps are in units of the way from the baseline to the best test score of the data set, so that they
are comparable over data sets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from crosstrial.analysis.chosen import Chosen
from crosstrial.analysis.scores import PARTS, Part, mean_score
from crosstrial.stats.means import complete_mean


@dataclass(frozen=True)
class Parts:
    """Scores of a pair's chosen configuration, normalised and not clipped; None: not known.

    With several searches they are means over what each has chosen.
    """

    dataset: str
    train: float | None
    validation: float | None
    test: float | None


@dataclass(frozen=True)
class Overfitting:
    """A model's chosen configurations.

    The median `train_gap` (train minus test) is what fitting learnt by heart, the median
    `validation_gap` (validation minus test) what choosing among configurations flattered.
    """

    model: str
    parts: tuple[Parts, ...]
    train_gap: float | None
    validation_gap: float | None


def overfitting(chosen: Sequence[Chosen]) -> tuple[Overfitting, ...]:
    """Return the gaps of each model, in the order of `chosen`."""
    pairs: dict[str, dict[str, list[Chosen]]] = defaultdict(lambda: defaultdict(list))
    for one in chosen:
        pairs[one.model][one.dataset].append(one)
    return tuple(
        _of_model(model, [_parts(dataset, of) for dataset, of in datasets.items()])
        for model, datasets in pairs.items()
    )


def _parts(dataset: str, chosen: Sequence[Chosen]) -> Parts:
    train, validation, test = (
        complete_mean([_share(one, part) for one in chosen]) for part in PARTS
    )
    return Parts(dataset, train, validation, test)


def _share(chosen: Chosen, part: Part) -> float | None:
    score = mean_score(chosen.outcome, part, chosen.metric)
    return None if score is None else chosen.share(score)


def _of_model(model: str, parts: Sequence[Parts]) -> Overfitting:
    return Overfitting(
        model=model,
        parts=tuple(parts),
        train_gap=_median_gap(parts, lambda part: part.train),
        validation_gap=_median_gap(parts, lambda part: part.validation),
    )


def _median_gap(parts: Sequence[Parts], of: Callable[[Parts], float | None]) -> float | None:
    gaps = [
        score - part.test
        for part in parts
        if part.test is not None and (score := of(part)) is not None
    ]
    return median(gaps) if gaps else None
