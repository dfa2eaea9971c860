"""Marginals as a picture, SVG or PNG: a panel for each parameter. Altair draws it, offline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import altair as alt
import vl_convert  # noqa: F401 Altair needs it to write files, and would say so only then

from crosstrial.analysis.marginals import Bars, Histogram, Marginal

COLUMNS = 3
WIDTH, HEIGHT = 220, 140
PNG_SCALE = 2.0
MOST_BARS = 20  # the most frequent choices


def write_chart(path: Path, marginals: Sequence[Marginal], title: str) -> None:
    """Write the marginals of a model's draws; the suffix says which kind of picture.

    Raises:
        OSError: the file can't be written.
        ValueError: the suffix is neither `.svg` nor `.png`.
    """
    panels = [_panel(marginal) for marginal in marginals]
    chart = alt.concat(*panels, columns=COLUMNS, title=title).resolve_scale(color="independent")
    kind = path.suffix.lower().removeprefix(".")
    chart.save(str(path), format=kind, scale_factor=PNG_SCALE if kind == "png" else 1.0)


def _panel(marginal: Marginal) -> Any:
    drawn = _histogram(marginal) if isinstance(marginal, Histogram) else _bars(marginal)
    share = f"{marginal.active:.0%}"
    active = "" if share == "100%" else f", active in {share}"
    return drawn.properties(width=WIDTH, height=HEIGHT, title=f"{marginal.name}{active}")


def _histogram(marginal: Histogram) -> Any:
    edges = zip(marginal.edges, marginal.edges[1:], marginal.counts, strict=False)
    scale = alt.Scale(type="log" if marginal.logarithmic else "linear", zero=False, nice=False)
    return (
        alt.Chart({"values": [{"from": a, "to": b, "draws": n} for a, b, n in edges]})
        .mark_rect(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("from:Q", scale=scale, title=None, axis=alt.Axis(grid=False, tickCount=5)),
            x2="to:Q",
            y=alt.Y("draws:Q", title="draws", scale=alt.Scale(zero=True)),
            y2=alt.value(HEIGHT),
        )
    )


def _bars(marginal: Bars) -> Any:
    counts = marginal.counts[:MOST_BARS]
    return (
        alt.Chart({"values": [{"choice": choice, "draws": n} for choice, n in counts]})
        .mark_bar()
        .encode(x=alt.X("draws:Q"), y=alt.Y("choice:N", sort=None, title=None))
    )
