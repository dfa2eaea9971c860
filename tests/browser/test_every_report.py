"""Every report, on a phone and on a desk: whole, quiet, readable, and told to all readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from support.browser import DESK, PHONE, Browser
from support.page_scripts import EMPTY_CHARTS, FAINT_MARKS, FAINT_TEXTS, STICKING_OUT

NAMES = ("finished", "running", "beginning", "exhausted", "failing", "hostile")


@dataclass(frozen=True)
class Shown:
    """A report that a browser has just opened, what it asked for and what its console says."""

    path: Path
    width: int
    browser: Browser
    complaints: list[str]
    fetched: list[str]


@pytest.fixture(
    scope="module",
    params=[(name, width) for name in NAMES for width in (DESK, PHONE)],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def shown(
    request: pytest.FixtureRequest, chromium: Browser, report: Callable[[str], Path]
) -> Shown:
    name, width = request.param
    path = report(name)
    chromium.open(path, width=width)
    return Shown(path, width, chromium, chromium.complaints(), chromium.fetched())


def test_the_console_stays_empty(shown: Shown) -> None:
    assert shown.complaints == []


def test_nothing_is_asked_for_but_the_file(shown: Shown) -> None:
    assert shown.fetched == [shown.path.as_uri()]


def test_every_chart_is_drawn(shown: Shown) -> None:
    assert shown.browser.run(EMPTY_CHARTS) == []


def test_only_tables_scroll_sideways_and_within_themselves(shown: Shown) -> None:
    page = "return [document.scrollingElement.scrollWidth, innerWidth]"
    needed, given = shown.browser.run(page)
    assert given == shown.width
    assert needed <= given
    assert shown.browser.run(STICKING_OUT) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_and_marks_stand_out(shown: Shown, scheme: str) -> None:
    shown.browser.emulate(scheme=scheme)
    assert shown.browser.run(FAINT_TEXTS) == []
    assert shown.browser.run(FAINT_MARKS) == []


def test_headings_are_one_tree(shown: Shown) -> None:
    headings = shown.browser.run(
        "return [...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))"
    )
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(headings))


def test_every_chart_is_told_to_who_does_not_see_it(shown: Shown) -> None:
    untold = """
return [...document.querySelectorAll(".chart")].filter((chart) =>
  chart.role !== "img" || (chart.ariaLabel ?? "").length < 20
  || !chart.querySelector("[aria-hidden=true] svg")
  || !chart.closest("figure").querySelector("figcaption")
  || !chart.closest("figure").querySelector("details table tbody td")
).map((chart) => chart.ariaLabel);
"""
    assert shown.browser.run(untold) == []


def test_every_table_says_what_it_is_and_what_its_heads_are_of(shown: Shown) -> None:
    unsaid = """
return [...document.querySelectorAll("table")].filter((table) =>
  !table.caption?.textContent || !table.querySelector("tbody tr")
  || [...table.querySelectorAll("thead th")].some((head) => head.scope !== "col")
  || [...table.querySelectorAll("tbody tr")].some((row) => row.cells[0].scope !== "row")
).map((table) => table.outerHTML.slice(0, 200));
"""
    assert shown.browser.run(unsaid) == []
