"""Sections on how near and how fast: performance profile, score against runs and seconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from crosstrial.analysis.after_runs import AfterRuns, ModelCurve, Order
from crosstrial.analysis.report.answers import about
from crosstrial.analysis.report.charts import Row, lines_chart
from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.parts import Figure, Number, Section, Table, chance, score

MOST_POINTS = 80  # of a line
AFTER: Mapping[Order, str] = {
    Order.EXPECTED: (
        "Lines are exact expectations over all orders in which the draws could have come"
    ),
    Order.REALISED: "Lines show the order in which the trials came",
}


def profile(findings: Findings) -> Section:
    """On which share of the data sets a model comes how close to the best."""
    standing = findings.main_standing
    if standing is None or not standing.profile:
        return Section("profile", "Performance profile", ("No two models can be compared yet.",))
    title = f"Performance profile over {about(standing)}"
    farthest = max(max(distances) for distances in standing.profile.values())
    marks = (0.0, 0.01, 0.05, 0.1, 0.2, 0.5)
    return Section(
        key="profile",
        title="Performance profile",
        paragraphs=(
            "How often is a model within reach of the best? A line that is higher is better; at"
            " distance 0 it has the share of data sets on which the model itself is best.",
        ),
        figures=(
            Figure(
                title,
                f"{title}: share of data sets within a distance of the best normalised score.",
                lines_chart(
                    [row for m, d in standing.profile.items() for row in _steps(m, d, farthest)],
                    standing.best_first(),
                    titles=("distance to the best normalised score", "share of data sets"),
                ),
                Table(
                    title,
                    ("model", *(f"within {mark:g}" for mark in marks)),
                    tuple(
                        (m, *(chance(_share(standing.profile[m], mark)) for mark in marks))
                        for m in standing.best_first()
                    ),
                ),
            ),
        ),
    )


def _share(distances: Sequence[float], reach: float) -> float:
    return sum(distance <= reach for distance in distances) / len(distances)


def _steps(model: str, distances: Sequence[float], farthest: float) -> Iterator[Row]:
    for distance in sorted({0.0, *distances, farthest}):
        yield {"model": model, "x": distance, "y": _share(distances, distance)}


def after(findings: Findings) -> Section:
    """What models are worth after so many runs, and seconds."""
    standing = findings.main_standing
    curves = [
        c
        for c in findings.comparison.curves.models
        if standing is not None and c.group == standing.group
    ]
    if standing is None or not curves:
        return Section("after", "Score against effort", ("There are no runs to draw yet.",))
    order = [model for model in standing.best_first() if any(c.model == model for c in curves)]
    return Section(
        key="after",
        title="Score against effort",
        paragraphs=(
            f"Mean normalised test score over {about(standing)} of the configuration that"
            " validation chooses among the runs so far."
            f" {_reading(findings.comparison.curves)}",
        ),
        figures=(_after_runs(curves, order), _after_seconds(curves, order)),
    )


def _reading(curves: AfterRuns) -> str:
    """Return what lines and bands are; of one realised order, that nothing tells how sure it is."""
    lines = AFTER[curves.order]
    if curves.searches > 1:
        return (
            f"{lines}, averaged over {curves.searches} independent searches of each pair; bands are"
            " 95 % intervals of that mean (Student's t over the searches)."
        )
    if curves.order is Order.REALISED:
        return f"{lines}, one realised order; `searches: 5` in the document would give intervals."
    return f"{lines}."


def _after_runs(curves: Sequence[ModelCurve], order: Sequence[str]) -> Figure:
    rows = [
        {"model": c.model, "x": place + 1, **_height(c, place)}
        for c in curves
        for place in _thinned(len(c.normalised))
    ]
    marks = _thinned(max(len(c.normalised) for c in curves), most=6)
    title = "Score against runs"
    unit = _unit(curves)
    return Figure(
        title,
        f"{title}: mean normalised test score of each model after so many runs a {unit}.",
        lines_chart(rows, order, titles=(f"runs a {unit}", "mean normalised score")),
        Table(
            title,
            ("model", *(f"run {mark + 1}" for mark in marks)),
            tuple(
                (
                    c.model,
                    *(_height_text(c, m) for m in marks),
                )
                for c in sorted(curves, key=lambda c: order.index(c.model))
            ),
        ),
    )


def _after_seconds(curves: Sequence[ModelCurve], order: Sequence[str]) -> Figure:
    rows = [
        {"model": c.model, "x": c.seconds[place], **_height(c, place)}
        for c in curves
        for place in _thinned(len(c.normalised))
        if c.seconds[place] > 0
    ]
    title = "Score against seconds"
    unit = _unit(curves)
    return Figure(
        title,
        f"{title}: mean normalised test score of each model after so much time a {unit}.",
        lines_chart(
            rows, order, titles=(f"seconds a {unit}", "mean normalised score"), logarithmic=True
        ),
        Table(
            title,
            ("model", "seconds of one run", "seconds of all runs", "score then"),
            tuple(
                (c.model, score(c.seconds[0]), score(c.seconds[-1]), _height_text(c, -1))
                for c in sorted(curves, key=lambda c: order.index(c.model))
            ),
        ),
    )


def _unit(curves: Sequence[ModelCurve]) -> str:
    """Return what an effort is counted for: searches of a pair are counted one by one."""
    return "pair" if curves[0].normalised_band is None else "search"


def _height(curve: ModelCurve, place: int) -> Row:
    band = curve.normalised_band
    bounds = {} if band is None else {"low": band.lower[place], "high": band.upper[place]}
    return {"y": curve.normalised[place], **bounds}


def _height_text(curve: ModelCurve, place: int) -> Number:
    """Return the score at a place, with its interval where there is one."""
    band = curve.normalised_band
    if place >= len(curve.normalised):
        return score(None)
    if band is None:
        return score(curve.normalised[place])
    return Number(
        f"{score(curve.normalised[place]).text} ({score(band.lower[place]).text} to"
        f" {score(band.upper[place]).text})"
    )


def _thinned(length: int, most: int = MOST_POINTS) -> list[int]:
    """Return at most so many places of a sequence, the first and the last among them."""
    if length <= most:
        return list(range(length))
    return sorted({round(i * (length - 1) / (most - 1)) for i in range(most)})
