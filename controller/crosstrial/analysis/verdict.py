"""What may be concluded, in one plain sentence that claims no more than its test.

The one declared procedure is Wilcoxon's test of every two models with Holm's correction, over
all data sets; over a task's where no two models meet all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from crosstrial.analysis.inference import Inference, PairTest
from crosstrial.analysis.tables import ALL, ScoreTable
from crosstrial.stats.pairwise import ALPHA, fewest_blocks

NAMED = 4  # how many winners a sentence names, and how many losers of each


class Conclusion(StrEnum):
    """What kind of verdict it is."""

    DIFFERENCES = "differences"
    NONE_SHOWN = "none_shown"
    NOT_TESTED = "not_tested"


@dataclass(frozen=True)
class Claim:
    """Over a group's data sets, `greater` tends to score higher than `smaller`."""

    group: str
    greater: str
    smaller: str
    p_holm: float


@dataclass(frozen=True)
class Verdict:
    """The verdict on an experiment; any claim among them is wrong with chance `alpha` at most."""

    conclusion: Conclusion
    alpha: float
    groups: tuple[str, ...]
    claims: tuple[Claim, ...]
    sentence: str


def verdict(
    tables: Mapping[str, ScoreTable], inferences: Mapping[str, Inference], *, untested: str
) -> Verdict:
    """Return what may be concluded.

    Args:
        tables: the scores of each group of data sets.
        inferences: the tests of those groups that could be tested.
        untested: why nothing may be tested at all, as a sentence; empty: it may.
    """
    declared = declared_groups(tables)
    if untested or not declared:
        sentence = untested or "No verdict: no two models meet the same data sets."
        return Verdict(Conclusion.NOT_TESTED, ALPHA, (), (), sentence)
    # Several groups share the chance of a false claim (Bonferroni).
    alpha = ALPHA / len(declared)
    tested = [
        group for group in declared if group in inferences and not _too_few(tables[group], alpha)
    ]
    claims = {group: _claims(group, tables[group], inferences[group], alpha) for group in tested}
    sentences = [
        _tested(group, tables[group], inferences[group], claims[group], alpha)
        if group in tested
        else _untested(group, tables[group], alpha)
        for group in declared
    ]
    found = tuple(claim for group in tested for claim in claims[group])
    return Verdict(
        conclusion=_conclusion(found, tested),
        alpha=ALPHA,
        groups=tuple(declared),
        claims=found,
        sentence=" ".join(sentences),
    )


def declared_groups(tables: Mapping[str, ScoreTable]) -> list[str]:
    """Return the groups that a verdict is about: all data sets, else each task's."""
    comparable = [group for group, table in tables.items() if len(table.models) > 1]
    return [ALL] if ALL in comparable else comparable


def _conclusion(claims: Sequence[Claim], tested: Sequence[str]) -> Conclusion:
    if claims:
        return Conclusion.DIFFERENCES
    return Conclusion.NONE_SHOWN if tested else Conclusion.NOT_TESTED


def _claims(group: str, table: ScoreTable, inference: Inference, alpha: float) -> list[Claim]:
    """Return the differences that are shown, by the winner's rank and then the loser's."""
    ranks = table.ranks()
    found = [_claim(group, pair) for pair in inference.pairs if pair.p_holm <= alpha]
    return sorted(found, key=lambda c: (ranks[c.greater], c.greater, ranks[c.smaller]))


def _claim(group: str, pair: PairTest) -> Claim:
    greater, smaller = pair.first, pair.second
    if pair.rank_biserial < 0:
        greater, smaller = smaller, greater
    return Claim(group, greater, smaller, pair.p_holm)


def _too_few(table: ScoreTable, alpha: float) -> bool:
    return len(table.datasets) < fewest_blocks(len(table.models), alpha)


def _untested(group: str, table: ScoreTable, alpha: float) -> str:
    models = len(table.models)
    return (
        f"No verdict: over {_where(group, table)} no difference among {models} models can be"
        f" shown; {fewest_blocks(models, alpha)} data sets are the least at alpha {alpha:g}."
    )


def _tested(
    group: str, table: ScoreTable, inference: Inference, claims: Sequence[Claim], alpha: float
) -> str:
    where, pairs = _where(group, table), len(inference.pairs)
    test = "Wilcoxon" if pairs == 1 else f"Wilcoxon with Holm over {pairs} pairs"
    if not claims:
        smallest = min(pair.p_holm for pair in inference.pairs)
        return (
            f"Verdict: over {where} no difference among {len(table.models)} models is shown"
            f" ({test}, smallest p {p_text(smallest)}); that does not show that they are equal."
        )
    others = "" if len(claims) == pairs else "; no other difference is shown"
    return (
        f"Verdict: over {where} {_list(claims)}{others} ({test}; reached this way, a verdict"
        f" claims anything false in at most {100 * alpha:g} % of experiments)."
    )


def _where(group: str, table: ScoreTable) -> str:
    datasets = "one data set" if len(table.datasets) == 1 else f"{len(table.datasets)} data sets"
    return datasets if group == ALL else f"{datasets} ({group})"


def _list(claims: Sequence[Claim]) -> str:
    """Return `a tends to score higher than b (p 0.01) and c (p 0.02); b than c (p 0.03)`."""
    parts: list[str] = []
    for greater, group in groupby(claims, key=lambda claim: claim.greater):
        verb = "" if parts else " tends to score higher"
        losers = [f"{claim.smaller} (p {p_text(claim.p_holm)})" for claim in group]
        parts.append(f"{greater}{verb} than {_and(losers)}")
    rest = len(parts) - NAMED
    more = f"; {rest} more models than others" if rest > 0 else ""
    return "; ".join(parts[:NAMED]) + more


def _and(names: Sequence[str]) -> str:
    rest = len(names) - NAMED
    listed = [*names[:NAMED], f"{rest} more"] if rest > 0 else names
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def p_text(p: float) -> str:
    """Return a p-value to two digits, or that it is below 0.001."""
    return "< 0.001" if p < 0.001 else f"{p:#.2g}"
