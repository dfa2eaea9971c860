"""A report on paper: nothing that asks to be clicked, nothing dark, nothing cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from support.browser import Browser
from support.page_scripts import FAINT_TEXTS, STICKING_OUT, USABLE

PAPER = 718  # CSS pixels between the margins of A4


@pytest.fixture(scope="module", params=["finished", "running", "wide"])
def paper(
    request: pytest.FixtureRequest, chromium: Browser, report: Callable[[str], Path]
) -> Iterator[Browser]:
    """A report whose first numbers were opened by a reader who likes it dark."""
    chromium.open(report(request.param), scheme="dark")
    chromium.run("document.querySelector('details').open = true")
    chromium.resize(PAPER)
    chromium.emulate(scheme="dark", media="print")
    yield chromium
    chromium.emulate()


def test_nothing_to_use_is_left(paper: Browser) -> None:
    assert paper.run(USABLE) == []


def test_ink_is_dark_and_paper_white(paper: Browser) -> None:
    background = paper.run("return getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"
    assert paper.run(FAINT_TEXTS) == []


def test_nothing_is_cut_at_the_margin(paper: Browser) -> None:
    assert paper.run("return document.scrollingElement.scrollWidth") <= PAPER
    assert paper.run(STICKING_OUT) == []
    hidden = "[...document.querySelectorAll('.scroll')].filter(s => s.scrollWidth > s.clientWidth)"
    assert paper.run(f"return {hidden}.map(s => s.ariaLabel)") == []


def test_numbers_that_were_opened_are_printed_and_no_others(paper: Browser) -> None:
    tables = paper.all("details table")
    assert tables[0].is_displayed()
    assert not any(table.is_displayed() for table in tables[1:])


def test_it_prints(paper: Browser) -> None:
    printed = paper.pdf()
    assert printed.startswith(b"%PDF-")
    assert printed.count(b"/Type /Page\n") > 3
