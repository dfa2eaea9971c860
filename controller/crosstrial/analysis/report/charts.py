"""Charts as Vega-Lite specifications: single views as wide as the page, drawn by the browser.

Their colours of lines and texts are the page's, so they follow light, dark and print; those of
models have enough contrast on both. Names are data only, never part of an expression.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

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

BOUNDS = ("low", "high")  # of a row's interval

Row = dict[str, Any]
Join = Literal["linear", "step-after"]


def ranks_chart(rows: Sequence[Row], bars: Sequence[Row], order: Sequence[str]) -> Row:
    """Return the critical-difference diagram, a row a model.

    Args:
        rows: `row`, `rank` and, if known, the interval `low`, `high`.
        bars: `row`, `low`, `high`: the critical difference, and models that are joined.
        order: all rows from top to bottom.
    """
    y = alt.Y("row:N", sort=list(order), scale=alt.Scale(domain=list(order)), title=None)
    scale = alt.Scale(zero=False, nice=False, padding=8)
    rank = alt.X("rank:Q", title="average rank (1 is best)", scale=scale)
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
    """Return a line a model; rows have `model`, `x` and `y`.

    Where `x` is counted, straight lines join its whole numbers, else lines are steps to the right.
    Where rows have `low` and `high` too, these are drawn as a band.
    """
    counted = all(isinstance(row["x"], int) for row in rows)
    join: Join = "linear" if counted else "step-after"
    scale = alt.Scale(type="log", nice=False) if logarithmic else alt.Scale(nice=False)
    axis = alt.Axis(format="d", tickMinStep=1) if counted else alt.Axis(format="~g")
    picked = alt.selection_point(fields=["model"], bind="legend", toggle="true")
    base = alt.Chart().encode(
        x=alt.X("x:Q", title=titles[0], scale=scale, axis=axis),
        y=alt.Y("y:Q", title=titles[1], scale=alt.Scale(zero=False)),
        color=_colour("model", models, symbol="stroke"),
    )
    dashes = alt.Scale(domain=list(models), range=_cycle(DASHES, models))
    lines = base.mark_line(interpolate=join, strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("model:N", scale=dashes),
        opacity=alt.condition(picked, alt.value(1), alt.value(0.12)),
        tooltip=[_tip("model", "model")],
    )
    if not any("low" in row for row in rows):
        layers = [lines, _points(base, titles)]
    else:
        layers = [_band(base, join, picked), lines, _points(base, titles, BOUNDS)]
    layered = alt.layer(*layers, data=_values(rows)).add_params(picked)
    return _spec(layered, height=HEIGHT)


def _band(base: alt.Chart, join: Join, picked: alt.Parameter) -> alt.Chart:
    band: alt.Chart = base.mark_area(interpolate=join).encode(
        y=alt.Y("low:Q", scale=alt.Scale(zero=False)),
        y2="high:Q",
        opacity=alt.condition(picked, alt.value(0.2), alt.value(0.03)),
    )
    return band


def _points(base: alt.Chart, titles: tuple[str, str], bounds: Sequence[str] = ()) -> alt.Chart:
    """Return the places of lines, seen where they are pointed at: a line has one tooltip in all."""
    near = alt.selection_point(on="pointerover", clear="pointerout", empty=False)
    tips = [_tip("model", "model"), _tip("x", titles[0], ".4~g"), _tip("y", titles[1])]
    points: alt.Chart = base.mark_point(filled=True, size=120).encode(
        opacity=alt.condition(near, alt.value(1), alt.value(0)),
        tooltip=[*tips, *(_tip(bound, bound) for bound in bounds)],
    )
    return points.add_params(near)


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
        .mark_point(size=45, strokeWidth=1.8, opacity=1)
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
    x = alt.X("mean:Q", title="place (1 is best)", scale=scale, axis=axis)
    tips = [_tip("row", "value"), _tip("mean", "mean place", ".2f"), _tip("trials", "trials")]
    half = _data(rows).mark_rule(strokeWidth=3, opacity=0.6, color=COLOURS[0])
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
    return alt.Chart(_values(rows))


def _values(rows: Sequence[Row]) -> Any:
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def _colour(field: str, names: Sequence[str], symbol: str = "circle") -> alt.Color:
    scale = alt.Scale(domain=list(names), range=_cycle(COLOURS, names))
    legend = alt.Legend(symbolType=symbol, symbolOpacity=1) if len(names) > 1 else None
    return alt.Color(f"{field}:N", scale=scale, title=None, legend=legend)


def _cycle(values: Sequence[Any], names: Sequence[str]) -> list[Any]:
    return [values[place % len(values)] for place in range(len(names))]


def _tip(field: str, title: str, form: str = ".3~g") -> alt.Tooltip:
    """Return a line of a tooltip; the data's own type says whether it is a number."""
    numbers = ("rank", "x", "y", "low", "high", "mean", "trials")
    if field in numbers:
        return alt.Tooltip(f"{field}:Q", title=title, format=form)
    return alt.Tooltip(f"{field}:N", title=title)


def _spec(chart: alt.Chart | alt.LayerChart | alt.FacetChart, *, height: int) -> Row:
    """Return plain values without Altair's own theme: the page has one for all charts."""
    spec: Row = chart.properties(width="container", height=height).to_dict()
    return {key: value for key, value in spec.items() if key not in ("config", "$schema")}
