"""What a reader does with a report: point, click, open, jump, scroll, with pointer and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from selenium.webdriver import Keys

from support.arena import wait_for
from support.browser import PHONE, Browser
from support.told import HOSTILE

TOOLTIP = "#vg-tooltip-element.visible"
RUNS = "Score against runs"


@pytest.fixture
def page(chromium: Browser, report: Callable[[str], Path]) -> Browser:
    chromium.open(report("finished"))
    return chromium


def tooltip(page: Browser) -> str:
    (shown,) = wait_for(lambda: page.all(TOOLTIP), "a tooltip")
    return shown.text


def lines(page: Browser) -> list[tuple[str, float]]:
    """The lines of the chart of runs, from the best model: their colour and how much is seen."""
    found = page.run(
        "return [...arguments[0].querySelectorAll('svg .mark-line path')]"
        ".map(p => [p.getAttribute('stroke'), Number(p.getAttribute('opacity') ?? 1)])",
        page.figure(RUNS),
    )
    return [(stroke, opacity) for stroke, opacity in found]


def standing_out(page: Browser) -> int:
    return sum(opacity == 1 for _, opacity in lines(page))


def test_a_line_tells_the_numbers_of_the_place_that_is_pointed_at(page: Browser) -> None:
    points = page.figure(RUNS).find_elements("css selector", ".mark-symbol.role-mark path")
    rows = page.run(
        "return JSON.parse(arguments[0].querySelector('script').textContent).data.values",
        page.figure(RUNS),
    )
    place = next(i for i, row in enumerate(rows) if row["model"] == "model-5" and row["x"] == 3)
    page.point_at(points[place])
    said = tooltip(page)
    assert "model model-5" in " ".join(said.split())
    assert "runs a pair 3" in " ".join(said.split())
    assert f"{rows[place]['y']:.3g}" in said


def test_a_line_of_several_searches_tells_its_interval(
    chromium: Browser, report: Callable[[str], Path]
) -> None:
    chromium.open(report("searched"))
    figure = chromium.figure(RUNS)
    assert len(figure.find_elements("css selector", ".mark-area path")) == 3
    chromium.point_at(figure.find_elements("css selector", ".mark-symbol.role-mark path")[1])
    said = tooltip(chromium)
    assert "low" in said
    assert "high" in said


def test_dots_and_bars_tell_their_numbers(page: Browser) -> None:
    page.point_at(
        page.figure("Core hours by model").find_element("css selector", ".mark-rect path")
    )
    assert "core hours" in tooltip(page)


def test_a_legend_singles_models_out(page: Browser) -> None:
    every = len(lines(page))
    names = page.figure(RUNS).find_elements("css selector", ".role-legend-label text")
    assert standing_out(page) == every
    page.click(names[0])
    wait_for(lambda: standing_out(page) == 1, "one line stands out")
    page.click(names[1])
    wait_for(lambda: standing_out(page) == 2, "two lines stand out")
    page.click(names[0])
    page.click(names[1])
    wait_for(lambda: standing_out(page) == every, "all lines stand out")


def test_the_numbers_of_a_chart_open_by_keyboard(page: Browser) -> None:
    figure = page.figure(RUNS)
    table, summary = (figure.find_element("css selector", part) for part in ("table", "summary"))
    assert not table.is_displayed()
    page.run("arguments[0].focus()", summary)
    page.press(Keys.ENTER)
    wait_for(table.is_displayed, "the table is open")
    assert "model-5" in table.text


def test_the_first_key_leads_to_the_verdict(page: Browser) -> None:
    page.press(Keys.TAB)
    focused = page.run("return document.activeElement.textContent")
    assert focused == "Skip to the verdict"
    page.press(Keys.ENTER)
    assert page.run("return location.hash") == "#verdict"


def test_a_wide_table_scrolls_within_itself_and_keeps_its_heads_in_view(
    chromium: Browser, report: Callable[[str], Path]
) -> None:
    chromium.open(report("finished"), width=PHONE)
    region = chromium.all("#scores .scroll")[0]
    before = chromium.run("return arguments[0].querySelector('tbody th').innerText", region)
    chromium.run("arguments[0].scrollLeft = arguments[0].scrollWidth", region)
    left, head, overflow = chromium.run(
        "const r = arguments[0], h = r.querySelector('tbody th');"
        "return [r.getBoundingClientRect().left, h.getBoundingClientRect().left, r.scrollLeft]",
        region,
    )
    assert overflow > 0
    assert head == left
    assert before == "data-0"


def test_hostile_names_stay_text_where_they_are_drawn(
    chromium: Browser, report: Callable[[str], Path]
) -> None:
    chromium.open(report("hostile"))
    bars = chromium.figure("Core hours by model").find_elements("css selector", ".mark-rect path")
    chromium.point_at(bars[0])
    said = tooltip(chromium)
    chromium.point_at(bars[1])
    wait_for(lambda: tooltip(chromium) != said, "the other bar's tooltip")
    assert HOSTILE in said + tooltip(chromium)
    assert chromium.all("img") == []
