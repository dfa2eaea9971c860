"""The cells of a comparison: each pair's test scores beside the baseline, trials and failures.

Made from what the pairs' `searches` select; `standings` averages them, `comparison` holds them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TypeAlias

from crosstrial.analysis.normalise import normalised_score
from crosstrial.analysis.scores import mean_score
from crosstrial.analysis.searches import SearchScore, selected_by_search
from crosstrial.analysis.selection import Scoring, default_index, own_doing
from crosstrial.domain.experiment import Revision
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.pair import Pair
from crosstrial.domain.search import place_of
from crosstrial.spec.document import BASELINE, Evaluation
from crosstrial.spec.node import Task

Outcomes: TypeAlias = Mapping[Pair, Sequence[Outcome]]


@dataclass(frozen=True)
class Cell:
    """One model on one data set. Scores are test scores, greater is better; None: there is none.

    `tuned` belongs to configuration `tuned_index`, the best by validation; `default` to the
    estimator's own defaults; `untuned` is the median of all trials. `normalised` is `tuned`
    between the baseline (0) and the best score reported on the data set (1), 0 without a
    success. Of the `failed` trials, `lost` are the cluster's doing and stay out of the median;
    `pruned` ones are in it with the score that they reached, and are never `tuned`.

    Of a pair that is searched several times, the scores are means over its `searches`; each has
    chosen a configuration of its own, so there is no `tuned_index`.
    """

    dataset: str
    model: str
    task: Task
    tuned: float | None
    tuned_index: int | None
    default: float | None
    default_failed: bool
    untuned: float | None
    baseline: float | None
    trials: int
    failed: int
    lost: int
    pruned: int = 0
    normalised: float | None = None
    searches: tuple[SearchScore, ...] = ()

    @property
    def pair(self) -> Pair:
        """The pair that this cell is about."""
        return Pair(self.model, self.dataset)

    @property
    def missing(self) -> bool:
        """Whether no trial succeeded."""
        return self.tuned is None

    @property
    def ranked_score(self) -> float:
        """The score that is ranked: a pair without a success scores as the baseline.

        Raises:
            ValueError: it has neither; such data sets are left out of ranks.
        """
        score = self.baseline if self.tuned is None else self.tuned
        if score is None:
            raise ValueError(f"{self.pair} has no score and its data set no baseline")
        return score


def cells_of(revision: Revision, pairs: Sequence[Pair], outcomes: Outcomes) -> tuple[Cell, ...]:
    """Return the cell of each pair, in the order of the pairs.

    Args:
        revision: the experiment's document with what was resolved.
        pairs: the pairs that are compared.
        outcomes: the outcomes to use, the baselines' included.
    """
    cells = [_cell(revision, pair, outcomes) for pair in pairs]
    best = best_reported(cells)
    return tuple(replace(cell, normalised=_normalised(cell, best)) for cell in cells)


def primary_metric(evaluation: Evaluation, task: Task) -> str:
    """Return the name of the metric that selects and is reported for a task."""
    name: str = getattr(evaluation.primary, task)
    return name


def _cell(revision: Revision, pair: Pair, outcomes: Outcomes) -> Cell:
    task = revision.dataset(pair.dataset).task
    spec = revision.document.spec
    metric = primary_metric(spec.evaluation, task)
    baseline = _baseline(outcomes.get(Pair(BASELINE, pair.dataset), ()), metric)
    own = outcomes.get(pair, ())
    default = default_index(revision.document.models()[pair.model])
    scoring = Scoring(metric, baseline, spec.evaluation.failures)
    found = selected_by_search(own, scoring, spec, default=default)
    failed = [outcome for outcome in own if outcome.state is OutcomeState.FAILED]
    return Cell(
        dataset=pair.dataset,
        model=pair.model,
        task=task,
        tuned=found.tuned,
        tuned_index=found.searches[0].tuned_index if spec.searches == 1 else None,
        default=found.default,
        default_failed=any(place_of(o.index, spec.searches).position == default for o in failed),
        untuned=found.untuned,
        baseline=baseline,
        trials=len(own),
        failed=len(failed),
        lost=sum(not own_doing(outcome) for outcome in failed),
        pruned=sum(outcome.state is OutcomeState.PRUNED for outcome in own),
        searches=found.searches,
    )


def _baseline(outcomes: Sequence[Outcome], metric: str) -> float | None:
    scores = (mean_score(outcome, "test", metric) for outcome in outcomes)
    return next((score for score in scores if score is not None), None)


def best_reported(cells: Sequence[Cell]) -> dict[str, float]:
    """Return the greatest test score that is reported on each data set."""
    reported: dict[str, list[float]] = defaultdict(list)
    for cell in cells:
        scores = (cell.default, cell.untuned, *(search.tuned for search in cell.searches))
        reported[cell.dataset] += [score for score in scores if score is not None]
    return {dataset: max(scores) for dataset, scores in reported.items() if scores}


def _normalised(cell: Cell, best: Mapping[str, float]) -> float | None:
    if cell.baseline is None or cell.trials == 0:
        return None
    if cell.tuned is None:
        return 0.0
    scores = [search.score for search in cell.searches if search.score is not None]
    return fmean(
        normalised_score(score, baseline=cell.baseline, best=best[cell.dataset]) for score in scores
    )
