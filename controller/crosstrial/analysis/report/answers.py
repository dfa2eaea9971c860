"""Sections on the answer: ranks, every two models, scores by data set."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import astuple

from crosstrial.analysis.cells import Cell
from crosstrial.analysis.inference import Inference, PairTest
from crosstrial.analysis.report.charts import Row, ranks_chart
from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.parts import (
    NOTHING,
    Figure,
    Number,
    Section,
    Table,
    p_value,
    sampled_chance,
    score,
    shaded,
    signed,
)
from crosstrial.analysis.standings import Standing
from crosstrial.analysis.tables import ALL
from crosstrial.analysis.verdict import p_text

# Rows of the diagram beside those of models; names have no spaces.
CRITICAL = "critical difference"
JOINED = "not told apart"


def ranks(findings: Findings) -> Section:
    """Average ranks, with intervals and the critical-difference diagram."""
    inferences = findings.comparison.inferences
    return Section(
        key="ranks",
        title="Average ranks",
        paragraphs=(
            "Models by the average rank of their tuned test scores over data sets; 1 is best, thin"
            " lines are 95 % intervals. Thick bars join models that the Nemenyi test, for display,"
            " does not tell apart; the verdict rests on the pairwise tests below.",
            *(
                _omnibus(s, inferences[s.group])
                for s in findings.standings
                if s.group in inferences
            ),
        ),
        figures=tuple(_ranks(s, inferences.get(s.group)) for s in findings.standings),
    )


def _omnibus(standing: Standing, inference: Inference) -> str:
    test = inference.friedman.tie_corrected
    ratio = "beyond all bounds" if test.f is None else f"{test.f:.2f}"
    return (
        f"All models at once ({about(standing)}): Friedman chi2 {test.chi2:.2f}"
        f" (p {p_text(test.chi2_p)}), Iman-Davenport F {ratio} (p {p_text(test.f_p)}),"
        " corrected for ties."
    )


def about(standing: Standing) -> str:
    """Return what a group is called, and its size."""
    name = "" if standing.group == ALL else f"{standing.group} "
    return f"{len(standing.datasets)} {name}data sets"


def _ranks(standing: Standing, inference: Inference | None) -> Figure:
    order = standing.best_first()
    intervals = standing.intervals or {}
    rows: list[Row] = []
    for model in order:
        low, high = intervals.get(model, (standing.ranks[model],) * 2)
        rows.append({"row": model, "rank": standing.ranks[model], "low": low, "high": high})
    bars = [] if inference is None else list(_bars(standing, inference))
    title = f"Average ranks over {about(standing)}"
    places = ", ".join(f"{model} {standing.ranks[model]:.2f}" for model in order)
    return Figure(
        title=title,
        description=f"{title}, best first: {places}.",
        chart=ranks_chart(
            rows, bars, [*(b["row"] for b in bars[:1]), *order, *(b["row"] for b in bars[1:])]
        ),
        table=Table(
            title,
            ("model", "average rank", "95 % interval", "mean normalised score"),
            tuple(
                (
                    model,
                    Number(f"{standing.ranks[model]:.2f}"),
                    _interval(intervals.get(model)),
                    score(standing.normalised.get(model)),
                )
                for model in order
            ),
        ),
    )


def _bars(standing: Standing, inference: Inference) -> Iterator[Row]:
    first = min(standing.ranks.values())
    yield {"row": CRITICAL, "low": first, "high": first + inference.critical_difference}
    for place, clique in enumerate(inference.cliques):
        bounds = [standing.ranks[model] for model in clique]
        name = JOINED if place == 0 else f"{JOINED} ({place + 1})"
        yield {"row": name, "low": min(bounds), "high": max(bounds)}


def _interval(bounds: tuple[float, float] | None) -> Number:
    return Number(NOTHING if bounds is None else f"{bounds[0]:.2f} to {bounds[1]:.2f}")


def pairs(findings: Findings) -> Section:
    """Every two models: what the tests say."""
    tested = [
        _pairs(s, findings.comparison.inferences[s.group])
        for s in findings.standings
        if s.group in findings.comparison.inferences
    ]
    reading = (
        "Won, tied and lost: data sets, by tuned test scores. p: Wilcoxon's signed-rank test,"
        " adjusted by Holm for all pairs of the table. Difference: Hodges-Lehmann estimate of"
        " normalised scores. Effect: rank-biserial correlation, -1 to 1. Better, equal, worse:"
        " chances by the Bayesian signed-rank test, unadjusted; equal: practically, within 0.01."
    )
    untested = "Nothing is tested: see the verdict."
    return Section("pairs", "Every two models", (reading if tested else untested,), tuple(tested))


def _pairs(standing: Standing, inference: Inference) -> Table:
    best = {model: place for place, model in enumerate(standing.best_first())}
    turned = [p if best[p.first] < best[p.second] else p.turned() for p in inference.pairs]
    ordered = sorted(turned, key=lambda p: (best[p.first], best[p.second]))
    return Table(
        f"Every two models over {about(standing)}",
        ("model", "against", "won/tied/lost", "p (Holm)", "difference", "effect", "better", "equal",
         "worse", "p (Nemenyi)"),
        tuple(map(_pair, ordered)),
    )  # fmt: skip


def _pair(pair: PairTest) -> tuple[str | Number, ...]:
    return (
        pair.first,
        pair.second,
        Number("/".join(map(str, astuple(pair.record)))),
        p_value(pair.p_holm),
        signed(pair.difference),
        signed(pair.rank_biserial),
        sampled_chance(pair.posterior.better),
        sampled_chance(pair.posterior.equivalent),
        sampled_chance(pair.posterior.worse),
        p_value(pair.p_nemenyi),
    )


def scores(findings: Findings) -> Section:
    """Heat map of normalised scores, and the test scores themselves."""
    cells = findings.comparison.cells
    models = list(dict.fromkeys(cell.model for cell in cells))
    normalised = {(c.dataset, c.model): c.normalised for c in cells}
    tuned = {(c.dataset, c.model): c.tuned for c in cells}
    baseline = {c.dataset: c.baseline for c in cells}
    head = ("data set", *models)
    return Section(
        key="scores",
        title="Scores by data set",
        paragraphs=(
            "Normalised: 0 is the data set's baseline, 1 the best test score reported there. "
            + " ".join(
                f"Metric of {task}: {m}." for task, m in findings.comparison.metrics.items()
            ),
        ),
        tables=(
            Table(
                "Heat map of normalised tuned test scores",
                head,
                tuple((d, *(shaded(normalised.get((d, m))) for m in models)) for d in baseline),
            ),
            Table(
                "Tuned test scores, greater is better",
                (*head, "baseline"),
                tuple(
                    (d, *(score(tuned.get((d, m))) for m in models), score(baseline[d]))
                    for d in baseline
                ),
            ),
            *_spreads(cells, head),
        ),
    )


def _spreads(cells: Sequence[Cell], head: tuple[str, ...]) -> list[Table]:
    """Return how far the searches of a pair came apart; nothing where each has one."""
    if all(len(cell.searches) == 1 for cell in cells):
        return []
    spread = {(cell.dataset, cell.model): _spread(cell) for cell in cells}
    return [
        Table(
            "Tuned test scores of single searches, lowest to highest",
            head,
            tuple(
                (d, *(spread.get((d, m), score(None)) for m in head[1:]))
                for d in dict.fromkeys(cell.dataset for cell in cells)
            ),
        )
    ]


def _spread(cell: Cell) -> Number:
    tuned = [search.tuned for search in cell.searches if search.tuned is not None]
    return Number(f"{score(min(tuned)).text} to {score(max(tuned)).text}") if tuned else score(None)
