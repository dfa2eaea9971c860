"""The report of a running experiment: a browser keeps up with the file, and with its reader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crosstrial.analysis.report.findings import Findings
from crosstrial.analysis.report.page import REFRESH_SECONDS, report_html
from support.arena import wait_for
from support.browser import Browser
from support.told import beginning, failing, running

# The page's clock ticks when a test says so.
HELD = """
window.setInterval = (act, after) => { window.tick = act; window.every = after; };
"""


@pytest.fixture
def held(chromium: Browser) -> Iterator[Browser]:
    with chromium.prepared(HELD):
        yield chromium


def write(path: Path, told: Findings) -> None:
    """Replace a report as the program does: a reader sees the old one or the new one."""
    unfinished = path.with_suffix(".new")
    unfinished.write_text(report_html(told), encoding="utf-8")
    unfinished.replace(path)


def read_again(browser: Browser) -> None:
    """Let the page's clock tick, and wait until what it reads then is drawn."""
    browser.run("window.old = true; window.tick()")
    wait_for(lambda: not browser.run("return window.old"), "the page was read again")
    wait_for(browser.is_drawn, "every chart is drawn")


def text(browser: Browser) -> str:
    return str(browser.run("return document.body.innerText"))


def test_it_shows_what_was_written_since_until_the_experiment_ends(
    held: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "report.html"
    write(path, beginning())
    held.open(path)
    assert held.run("return window.every") == 1000 * REFRESH_SECONDS
    assert "No trial has ended yet." in text(held)
    write(path, running())
    read_again(held)
    assert "Core hours by model" in text(held)
    write(path, failing())
    read_again(held)
    assert "completed; report made" in text(held)
    assert held.run("return window.tick") is None


def test_what_a_reader_has_opened_stays_open(held: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write(path, running())
    held.open(path)
    held.click(held.figure("Score against runs").find_element("css selector", "summary"))
    read_again(held)
    opened = held.all("details[open]")
    assert [details.is_displayed() for details in opened] == [True]
    assert held.figure("Score against runs").find_element("css selector", "table").is_displayed()


def test_a_reader_may_stop_it(held: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    write(path, beginning())
    held.open(path)
    held.click(held.all("#live")[0])
    held.run("window.old = true; window.tick()")
    assert held.run("return window.old")
    held.click(held.all("#live")[0])
    read_again(held)
