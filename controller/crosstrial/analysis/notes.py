"""What a reader must know to read a comparison rightly: one sentence a fact, where it holds.

Sentences claim no more than is known. `comparison` gathers the facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from crosstrial.analysis.cells import Cell
from crosstrial.analysis.standings import Standing
from crosstrial.analysis.tables import ALL
from crosstrial.domain.experiment import ExperimentRecord
from crosstrial.domain.pair import Pair, PairState
from crosstrial.spec.document import Missing

NAMED = 8  # how many names a sentence lists
COUNTED_AS: dict[Missing, str] = {
    "baseline": "scored as the baseline in ranks and normalised scores",
    "drop_dataset": "so their data sets are left out of ranks and normalised means",
    "worst_rank": "ranked last on their data sets and normalised to 0",
}


@dataclass(frozen=True)
class Facts:
    """What the sentences are about.

    `points` is the number of points compared of each search where pairs were open, `unfinished`
    those pairs.
    `alternatives` has a group's average ranks under each treatment of missing scores, where any
    is missing.
    """

    experiment: ExperimentRecord
    states: Mapping[Pair, PairState]
    points: int | None
    unfinished: tuple[Pair, ...]
    cells: tuple[Cell, ...]
    standings: tuple[Standing, ...]
    alternatives: Mapping[str, Mapping[Missing, Mapping[str, float]]]


def notes(facts: Facts) -> tuple[str, ...]:
    """Return the sentences that hold, the one with the widest bearing first."""
    return tuple(sentence for about in ABOUT for sentence in (about(facts),) if sentence)


def interim(facts: Facts) -> str:
    """Not all trials that were wanted have ended."""
    if facts.points is None:
        return ""
    state = facts.experiment.state
    why = f"Cut short (the experiment is {state})" if state.ended else "Interim"
    open_now = f"{len(facts.unfinished)} of {len(facts.cells)} pairs still short of runsPerPair"
    where = "every pair" if _searches(facts) == 1 else "every search of every pair"
    if facts.points == 0:
        return f"{why}: {open_now}, and no point has ended in {where}, so nothing is compared."
    last = f"points 0 to {facts.points - 1}" if facts.points > 1 else "point 0"
    return f"{why}: {open_now}; all are compared by {last}, which ended in {where}."


def searched(facts: Facts) -> str:
    """Pairs score by several searches."""
    if _searches(facts) == 1:
        return ""
    return (
        f"Every pair is searched {_searches(facts)} times independently; its scores are means over"
        " what each search chose."
    )


def searches_without_success(facts: Facts) -> str:
    """Searches that chose nothing, of pairs that have a score by others."""
    empty = {
        cell.pair: sum(search.tuned is None for search in cell.searches)
        for cell in facts.cells
        if not cell.missing
    }
    return _about(
        "Searches without a success, in the means as the baseline where failures count, else not",
        [f"{count} of {pair}" for pair, count in empty.items() if count],
    )


def _searches(facts: Facts) -> int:
    return facts.experiment.latest.document.spec.searches


def blocked(facts: Facts) -> str:
    """Data sets that are not in the comparison at all."""
    datasets = dict.fromkeys(
        pair.dataset for pair, state in facts.states.items() if state is PairState.BLOCKED
    )
    return _about("Left out, because workers could not read the data", datasets)


def exhausted(facts: Facts) -> str:
    """Pairs that failed too often."""
    return _about(
        "Stopped by failuresPerPair, short of runsPerPair, and scored by the runs they had",
        _pairs_in(facts, PairState.EXHAUSTED),
    )


def out_of_time(facts: Facts) -> str:
    """Pairs that have fewer trials than others, because theirs took longer."""
    return _about(
        "Closed by secondsPerPair, so with numbers of trials of their own",
        _pairs_in(facts, PairState.OUT_OF_TIME),
    )


def survivors(facts: Facts) -> str:
    """Failures were replaced."""
    if facts.experiment.latest.document.spec.evaluation.failures == "count":
        return ""
    failed = sum(cell.failed for cell in facts.cells)
    return (
        "Failures were replaced by new draws, so the scores are of selected survivors"
        f" (failed trials, not scored: {failed})."
    )


def missing(facts: Facts) -> str:
    """Pairs without a score of their own, and what they count as."""
    treatment = facts.experiment.latest.document.spec.evaluation.missing
    return _about(
        f"No trial succeeded, {COUNTED_AS[treatment]} (missing: {treatment})",
        [str(cell.pair) for cell in facts.cells if cell.missing and cell.trials],
    )


def sensitivity(facts: Facts) -> str:
    """How much the treatment of missing scores matters."""
    declared = facts.experiment.latest.document.spec.evaluation.missing
    return " ".join(
        f"Average ranks ({'over all' if group == ALL else group}) under other treatments:"
        f" {'; '.join(_changes(ranks, declared))}."
        for group, ranks in facts.alternatives.items()
        # Of one task, its group is the same as all.
        if group == ALL or len(facts.alternatives) > 2
    )


def _changes(ranks: Mapping[Missing, Mapping[str, float]], declared: Missing) -> Iterable[str]:
    for treatment, others in ranks.items():
        if treatment != declared:
            yield f"{treatment} {rank_change(ranks[declared], others)}"


def rank_change(old: Mapping[str, float], new: Mapping[str, float]) -> str:
    """Return how the ranks differ: by how much at most, and whether in another order."""
    if not old or not new:
        return "leaves no data set to rank"
    largest = max(abs(new[model] - old[model]) for model in old)
    if largest == 0:
        return "changes nothing"
    order = sorted(new, key=lambda model: new[model])
    same = all(old[a] <= old[b] for a, b in pairwise(order))
    orders = "in the same order" if same else f"in the order {', '.join(order)}"
    return f"changes them by up to {largest:.2f}, {orders}"


def failed_defaults(facts: Facts) -> str:
    """Default configurations whose score is not their own."""
    failed = [cell for cell in facts.cells if cell.default_failed]
    scored = [str(cell.pair) for cell in failed if cell.default is not None]
    scoreless = [str(cell.pair) for cell in failed if cell.default is None]
    sentences = (
        _about("The default configuration failed and scores as the baseline", scored),
        _about("The default configuration failed and has no score", scoreless),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def lost(facts: Facts) -> str:
    """Trials that spent a run through no fault of their own."""
    return _about(
        "Trials that the cluster interrupted too often, missing in the medians",
        [f"{cell.lost} of {cell.pair}" for cell in facts.cells if cell.lost],
    )


def pruned(facts: Facts) -> str:
    """Trials that were given up: what they reached is in the medians."""
    return _about(
        "Trials that the pruner ended early, never chosen, in the medians with what they reached",
        [f"{cell.pruned} of {cell.pair}" for cell in facts.cells if cell.pruned],
    )


def no_baseline(facts: Facts) -> str:
    """Data sets that can't be normalised."""
    datasets = dict.fromkeys(
        cell.dataset for cell in facts.cells if cell.baseline is None and cell.trials
    )
    return _about("Not in ranks and normalised scores for want of a baseline score", datasets)


def unranked(facts: Facts) -> str:
    """Models that are left out of an average, because they did not meet all of its data sets."""
    left_out = {standing.group: standing.unranked for standing in facts.standings}
    groups = [
        f"{', '.join(models)} ({'over all' if group == ALL else group})"
        for group, models in left_out.items()
        if models
    ]
    return _about("Not ranked, because they do not meet every data set", groups)


ABOUT: Sequence[Callable[[Facts], str]] = (
    interim,
    searched,
    blocked,
    exhausted,
    out_of_time,
    survivors,
    missing,
    searches_without_success,
    sensitivity,
    failed_defaults,
    lost,
    pruned,
    no_baseline,
    unranked,
)


def _pairs_in(facts: Facts, state: PairState) -> list[str]:
    return [str(cell.pair) for cell in facts.cells if facts.states.get(cell.pair) is state]


def _about(what: str, names: Iterable[str]) -> str:
    """Return `what: a, b and 3 more.`; nothing where there are no names."""
    listed = list(names)
    if not listed:
        return ""
    rest = len(listed) - NAMED
    shown = ", ".join(listed[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
    return f"{what}: {shown}."
