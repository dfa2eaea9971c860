"""Charts as Vega-Lite specifications: single views as wide as the page, drawn by the browser.

Their colours of lines and texts are the page's, so they follow light, dark and print; those of
models have enough contrast on both. Names are data only, never part of an expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

ROW_HEIGHT = 26
HEIGHT = 280
INK = "currentColor"
# 3:1 at least against white and against the dark page.
COLOURS = (
    "#3b82d6", "#d9730d", "#2b9a57", "#d64f97", "#8f66d6",
    "#1592a0", "#e0474c", "#8a8410", "#a8744f", "#77808b",
)  # fmt: skip
DASHES = ([1, 0], [6, 2], [2, 2], [8, 2, 2, 2])

Row = dict[str, Any]


def ranks_chart(rows: Sequence[Row], bars: Sequence[Row], order: Sequence[str]) -> Row:
    """Return the critical-difference diagram, a row a model.

    Args:
        rows: `row`, `rank` and, if known, the interval `low`, `high`.
        bars: `row`, `low`, `high`: the critical difference, and models that are joined.
        order: all rows from top to bottom.
    """
    y = alt.Y("row:N", sort=list(order), scale=alt.Scale(domain=list(order)), title=None)
    rank = alt.X("rank:Q", title="average rank (1 is best)", scale=alt.Scale(zero=False))
    span = {"x": alt.X("low:Q"), "x2": "high:Q", "y": y}
    tips = [_tip("row", "model"), _tip("rank", "average rank", ".2f")]
    layers = [
        _data(rows).mark_rule(color=INK, opacity=0.6).encode(**span),
        _data(rows)
        .mark_point(filled=True, size=90, opacity=1, color=COLOURS[0])
        .encode(x=rank, y=y, tooltip=tips),
    ]
    if bars:
        layers.append(_data(bars).mark_rule(strokeWidth=5, color=INK).encode(**span))
    return _spec(alt.layer(*layers), height=ROW_HEIGHT * len(order))


def lines_chart(
    rows: Sequence[Row],
    models: Sequence[str],
    *,
    titles: tuple[str, str],
    logarithmic: bool = False,
) -> Row:
    """Return a line a model; rows have `model`, `x` and `y`, and lines are steps to the right."""
    picked = alt.selection_point(fields=["model"], bind="legend")
    scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(nice=False)
    chart = (
        _data(rows)
        .mark_line(interpolate="step-after", strokeWidth=2)
        .encode(
            x=alt.X("x:Q", title=titles[0], scale=scale, axis=alt.Axis(format="~g")),
            y=alt.Y("y:Q", title=titles[1], scale=alt.Scale(zero=False)),
            color=_colour("model", models),
            strokeDash=alt.StrokeDash(
                "model:N", scale=alt.Scale(domain=list(models), range=_cycle(DASHES, models))
            ),
            opacity=alt.condition(picked, alt.value(1), alt.value(0.12)),
            tooltip=[_tip("model", "model"), _tip("x", titles[0], ".4~g"), _tip("y", titles[1])],
        )
        .add_params(picked)
    )
    return _spec(chart, height=HEIGHT)


def dots_chart(
    rows: Sequence[Row], order: Sequence[str], *, title: str, kinds: Sequence[str]
) -> Row:
    """Return a dot a data set, and the middle as a bar; rows have `row`, `kind`, `x`, `dataset`."""
    y = alt.Y("row:N", sort=list(order), title=None)
    offset = alt.YOffset("kind:N", sort=list(kinds)) if len(kinds) > 1 else alt.Undefined
    x = alt.X("x:Q", title=title, scale=alt.Scale(padding=8))
    tips = [_tip("row", "model"), _tip("dataset", "data set"), _tip("kind", "what")]
    dots = (
        _data(rows)
        .mark_point(filled=True, size=45, opacity=0.55)
        .encode(x=x, y=y, yOffset=offset, color=_colour("kind", kinds),
                tooltip=[*tips, _tip("x", title, "+.3f")])
    )  # fmt: skip
    middle = (
        _data(rows)
        .mark_tick(color=INK, thickness=3)
        .encode(x=alt.X("median(x):Q", title=title), y=y, yOffset=offset)
    )
    zero = _data([{"x": 0}]).mark_rule(color=INK, opacity=0.5).encode(x="x:Q")
    return _spec(alt.layer(zero, dots, middle), height=ROW_HEIGHT * len(order) * len(kinds))


def places_chart(rows: Sequence[Row], order: Sequence[str]) -> Row:
    """Return the mean place by a parameter's values; rows have `row`, `low`, `mean`, `high`."""
    y = alt.Y("row:N", sort=list(order), title=None)
    scale = alt.Scale(domain=[0, 1])
    axis = alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f")
    x = alt.X("mean:Q", title="place among the pair's trials", scale=scale, axis=axis)
    tips = [_tip("row", "value"), _tip("mean", "mean place", ".2f"), _tip("trials", "trials")]
    half = _data(rows).mark_rule(strokeWidth=4, opacity=0.35, color=COLOURS[0])
    points = _data(rows).mark_point(filled=True, size=70, opacity=1, color=COLOURS[0])
    layers = (
        half.encode(x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q", y=y),
        points.encode(x=x, y=y, tooltip=tips),
    )
    return _spec(alt.layer(*layers), height=ROW_HEIGHT * len(order))


def bars_chart(rows: Sequence[Row], order: Sequence[str], *, title: str) -> Row:
    """Return a bar a row; rows have `row` and `x`."""
    chart = (
        _data(rows)
        .mark_bar(color=COLOURS[0])
        .encode(
            x=alt.X("x:Q", title=title),
            y=alt.Y("row:N", sort=list(order), title=None),
            tooltip=[_tip("row", "name"), _tip("x", title)],
        )
    )
    return _spec(chart, height=ROW_HEIGHT * len(order))


def _data(rows: Sequence[Row]) -> alt.Chart:
    return alt.Chart(alt.Data(values=list(rows)))  # type: ignore[no-untyped-call]


def _colour(field: str, names: Sequence[str]) -> alt.Color:
    scale = alt.Scale(domain=list(names), range=_cycle(COLOURS, names))
    legend = alt.Undefined if len(names) > 1 else None
    return alt.Color(f"{field}:N", scale=scale, title=None, legend=legend)


def _cycle(values: Sequence[Any], names: Sequence[str]) -> list[Any]:
    return [values[place % len(values)] for place in range(len(names))]


def _tip(field: str, title: str, form: str = ".3~g") -> alt.Tooltip:
    """Return a line of a tooltip; the data's own type says whether it is a number."""
    numbers = ("rank", "x", "y", "mean", "trials")
    if field in numbers:
        return alt.Tooltip(f"{field}:Q", title=title, format=form)
    return alt.Tooltip(f"{field}:N", title=title)


def _spec(chart: alt.Chart | alt.LayerChart | alt.FacetChart, *, height: int) -> Row:
    """Return plain values without Altair's own theme: the page has one for all charts."""
    spec: Row = chart.properties(width="container", height=height).to_dict()
    return {key: value for key, value in spec.items() if key not in ("config", "$schema")}
