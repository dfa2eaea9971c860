"""What the tests of a comparison say, for those groups of data sets that the verdict is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

import typer

from crosstrial.analysis.comparison import Comparison
from crosstrial.analysis.inference import Inference, PairTest
from crosstrial.analysis.standings import Standing
from crosstrial.analysis.verdict import p_text
from crosstrial.cli.render.console import show
from crosstrial.cli.render.diagram import diagram
from crosstrial.cli.render.listing import Column, Listing, table
from crosstrial.cli.render.text import printable


def show_tests(comparison: Comparison, *, wide: bool) -> None:
    """Print diagram and tests of each group that the verdict is about; `wide`: of all pairs."""
    for standing in comparison.standings:
        inference = comparison.inferences.get(standing.group)
        if inference is not None and standing.group in comparison.verdict.groups:
            _show_group(standing, inference, wide=wide)


def _show_group(standing: Standing, inference: Inference, *, wide: bool) -> None:
    best = standing.best_first()[0]
    about = f"{standing.group}, {len(standing.datasets)} data sets"
    typer.echo(
        f"\nAverage ranks ({about}); a bar joins what the Nemenyi test, for display,"
        f" does not tell apart\n(critical difference {inference.critical_difference:.2f})"
    )
    typer.echo(printable(diagram(standing, inference)))
    typer.echo(omnibus_text(inference))
    pairs = inference.pairs if wide else against(best, inference.pairs)
    # A user's name in a heading is text, not markup.
    typer.echo(printable("\nEvery two models" if wide else f"\n{best} against the others"))
    show(table(pairs_listing(pairs), wide=True))
    typer.echo(
        "diff: Hodges-Lehmann difference of normalised scores; effect: rank-biserial correlation;"
        " p: Wilcoxon,\nadjusted for all pairs (Holm); better, equal, worse: Bayesian signed-rank"
        f" chances, unadjusted; equal: within {inference.rope:g}"
    )


def omnibus_text(inference: Inference) -> str:
    """Return Friedman's and Iman-Davenport's tests in one line."""
    test = inference.friedman.tie_corrected
    ratio = "beyond all bounds" if test.f is None else f"{test.f:.2f}"
    return (
        f"all models at once: Friedman chi2 {test.chi2:.2f} (p {p_text(test.chi2_p)}),"
        f" Iman-Davenport F {ratio} (p {p_text(test.f_p)}), corrected for ties"
    )


def against(best: str, pairs: Sequence[PairTest]) -> list[PairTest]:
    """Return the pairs of one model, with it first."""
    return [
        pair if pair.first == best else pair.turned()
        for pair in pairs
        if best in (pair.first, pair.second)
    ]


def pairs_listing(pairs: Sequence[PairTest]) -> Listing[PairTest]:
    """Return one row a pair of models."""
    return Listing(
        rows=pairs,
        columns=(
            Column("first", lambda p: p.first, title="model"),
            Column("second", lambda p: p.second, title="against"),
            Column(
                "record", lambda p: "/".join(map(str, astuple(p.record))), title="won/tied/lost"
            ),
            Column("difference", lambda p: p.difference, title="diff", text=_signed),
            Column("effect", lambda p: p.rank_biserial, text=_signed),
            Column("p", lambda p: p.p_holm, text=p_text),
            Column("better", lambda p: p.posterior.better, text=_chance),
            Column("equal", lambda p: p.posterior.equivalent, text=_chance),
            Column("worse", lambda p: p.posterior.worse, text=_chance),
        ),
        name=lambda p: f"{p.first}:{p.second}",
        empty="no pairs",
    )


def _signed(value: float) -> str:
    return f"{value:+.3f}"


def _chance(value: float) -> str:
    """Return a sampled chance, which is never certain."""
    if value > 0.99:
        return "> 0.99"
    return "< 0.01" if value < 0.01 else f"{value:.2f}"
