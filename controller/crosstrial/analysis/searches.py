"""A pair's searches: each selects for itself, and the mean over them is the pair's score.

It is what one search is worth that is told, not what the best of several is. A pair with one
search scores as that. Used by `cells` and `after_runs`; `selection` works within a search.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from crosstrial.analysis.selection import Scoring, Selection, select
from crosstrial.domain.outcome import Outcome, OutcomeState
from crosstrial.domain.search import Place, index_of, place_of
from crosstrial.spec.document import ExperimentSpec


@dataclass(frozen=True)
class SearchScore:
    """The configuration that one search chose, and its test score; None: nothing succeeded.

    `score` is what the search adds to the mean: without a success the baseline. None: without
    any run that is scored, which only the cluster or replaced failures can do to it, nothing.
    """

    tuned: float | None
    tuned_index: int | None
    score: float | None


@dataclass(frozen=True)
class Searched:
    """The test scores of one pair; None: there is none to report.

    Each is the mean over the searches.
    """

    tuned: float | None
    default: float | None
    untuned: float | None
    searches: tuple[SearchScore, ...]


def by_search(outcomes: Iterable[Outcome], spec: ExperimentSpec) -> list[list[Outcome]]:
    """Return the outcomes of each search of a pair, in their order.

    A search whose replaced failures were made up for in another has its first `runsPerPair`
    runs still, and the other no more than that.
    """
    parts: list[list[Outcome]] = [[] for _ in range(spec.searches)]
    wanted = [spec.runs_per_pair] * spec.searches
    for outcome in outcomes:
        search = place_of(outcome.index, spec.searches).search
        replaced = spec.evaluation.failures == "replace" and outcome.state is OutcomeState.FAILED
        if wanted[search] > 0 or replaced:
            parts[search].append(outcome)
        wanted[search] -= not replaced
    return parts


def selected_by_search(
    outcomes: Sequence[Outcome], scoring: Scoring, spec: ExperimentSpec, *, default: int | None
) -> Searched:
    """Return what the searches of one pair select, and what the pair scores by that.

    Args:
        outcomes: those of the pair.
        scoring: how its trials are scored.
        spec: how often the pair is searched, by how many runs.
        default: which point of each search is the estimator's own defaults, if one is.
    """
    selections = [
        select(
            own,
            scoring,
            default_index=None
            if default is None
            else index_of(Place(search, default), spec.searches),
        )
        for search, own in enumerate(by_search(outcomes, spec))
    ]
    found = tuple(
        SearchScore(one.tuned, one.tuned_index, _search_score(one, scoring)) for one in selections
    )
    chosen = any(one.tuned is not None for one in found)
    return Searched(
        tuned=_mean(one.score for one in found) if chosen else None,
        default=_mean(one.default for one in selections),
        untuned=_mean(one.untuned for one in selections),
        searches=found,
    )


def _search_score(selection: Selection, scoring: Scoring) -> float | None:
    if selection.tuned is not None or selection.untuned is None:
        return selection.tuned
    return scoring.baseline


def _mean(scores: Iterable[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return fmean(known) if known else None
