"""One browser for all tests of this tier, and the reports that it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from crosstrial.analysis.report.page import report_html
from support import told
from support.browser import Browser, browser

REPORTS = {
    "finished": told.finished,
    "searched": told.searched,
    "wide": told.wide,
    "running": told.running,
    "beginning": told.beginning,
    "exhausted": told.exhausted,
    "failing": told.failing,
    "hostile": told.hostile,
}


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the file of a report by its name; each is made once."""
    folder = tmp_path_factory.mktemp("reports")

    def made(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(report_html(REPORTS[name]()), encoding="utf-8")
        return path

    return made
